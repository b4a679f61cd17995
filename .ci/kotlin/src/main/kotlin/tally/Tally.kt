package tally

import io.kvstore.Codecs
import io.kvstore.KVStore
import io.kvstore.Scan
import kotlin.jvm.optionals.getOrNull

/** Counts votes in a table of a store, and remembers who was voted for last. */
class Tally(private val store: KVStore<String, String>) {
  private val votes: KVStore<String, Long> =
    store.table("votes") { table -> table.keys(Codecs.STRING).values(Codecs.LONG) }

  fun vote(candidate: String): Long {
    store.put("last", candidate)
    return votes.add(candidate, 1)
  }

  /** Null where nobody has voted: an Optional says so, and never null itself. */
  fun last(): String? = store.get("last").getOrNull()

  fun of(candidate: String): Long = votes.get(candidate).orElse(0L)

  fun ranking(): List<Pair<String, Long>> =
    votes.scan(Scan.all()).map { it.key() to it.value() }.sortedByDescending { it.second }
}
