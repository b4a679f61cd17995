package io.kvstore.ratis;

import io.kvstore.Failover;
import io.kvstore.KVStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** A member in a process of its own: runs until it is killed, or its parent is gone. */
final class MemberProcess {
  private MemberProcess() {}

  /** The arguments: its name, its directory, how many shards, "join" or "found", the peers. */
  public static void main(String[] arguments) throws IOException {
    RatisEngine engine =
        RatisEngine.member(arguments[0])
            .peers(Arrays.copyOfRange(arguments, 4, arguments.length))
            .snapshotEvery(200);
    try (KVStore<String, String> store =
        KVStore.builder()
            .shards(Integer.parseInt(arguments[2]))
            .failover(Failover.after(Duration.ofMillis(300)))
            .storageDirectory(Path.of(arguments[1]))
            .engine(arguments[3].equals("join") ? engine.joining() : engine)
            .open()) {
      System.out.println("open " + store.cluster().nodes());
      while (System.in.read() >= 0) {
        // Its parent says nothing, and closes the stream when it ends.
      }
    }
  }
}
