package consumer;

import io.kvstore.Consistency;
import io.kvstore.KVStore;

/** Puts and gets in a store of three replicas. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    try (KVStore<String, String> store =
        KVStore.builder().consistency(Consistency.LINEARIZABLE).replicas(3).open()) {
      store.put("greeting", "hello");
      System.out.println(store.get("greeting").orElseThrow());
    }
  }
}
