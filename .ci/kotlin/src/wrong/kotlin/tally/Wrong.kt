package tally

import io.kvstore.KVStore

/** Does not compile: a store has no null. */
fun forget(store: KVStore<String, String>) {
  store.put("last", null)
}
