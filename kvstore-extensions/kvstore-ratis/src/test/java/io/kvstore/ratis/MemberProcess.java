package io.kvstore.ratis;

import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * A member in a process of its own: does what its parent says, such as {@code put key value} and
 * {@code get key}, and runs until it is killed, or its parent is gone.
 */
final class MemberProcess {
  /** A property of its JVM: whether it reads alone while it leads. */
  static final String LEASES = "kvstore.ratis.leases";

  private MemberProcess() {}

  /** The arguments: its name, its directory, how many shards, "join" or "found", the peers. */
  public static void main(String[] arguments) throws IOException {
    RatisEngine engine =
        RatisEngine.member(arguments[0])
            .peers(Arrays.copyOfRange(arguments, 4, arguments.length))
            .snapshotEvery(Long.getLong("kvstore.ratis.snapshotEvery", 200));
    engine = Boolean.getBoolean(LEASES) ? engine.leaseReads() : engine;
    try (KVStore<String, String> store =
        KVStore.builder()
            .timeout(Duration.ofSeconds(2))
            .shards(Integer.parseInt(arguments[2]))
            .failover(Failover.after(Duration.ofMillis(300)))
            .storageDirectory(Path.of(arguments[1]))
            .engine(arguments[3].equals("join") ? engine.joining() : engine)
            .open()) {
      System.out.println("open " + store.cluster().nodes());
      Conversation.hold(line -> answer(store, line));
    }
  }

  private static String answer(KVStore<String, String> store, String line) {
    List<String> words = List.of(line.split(" ", 3));
    try {
      if (words.get(0).equals("put")) {
        store.put(words.get(1), words.get(2));
        return "done";
      }
      if (words.get(0).equals("leader")) {
        return store.cluster().view(0).primary().toString();
      }
      return store.get(words.get(1)).orElse("nothing");
    } catch (KVStoreException failed) {
      return failed.getClass().getSimpleName();
    }
  }
}
