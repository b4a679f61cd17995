package io.kvstore.ratis;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.StoreBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Members of one store in this JVM, each with a directory and a port of its own. */
final class ThreeMembers implements AutoCloseable {
  private final Path directory;
  private final String[] peers;
  private final UnaryOperator<StoreBuilder<String, String>> builder;
  private final UnaryOperator<RatisEngine> engine;
  private final List<KVStore<String, String>> stores = new ArrayList<>();

  ThreeMembers(
      Path directory,
      UnaryOperator<StoreBuilder<String, String>> builder,
      UnaryOperator<RatisEngine> engine) {
    this.directory = directory;
    this.builder = builder;
    this.engine = engine;
    this.peers = RatisEngine.freeLoopbackPeers(3);
    for (int i = 1; i <= 3; i++) {
      stores.add(open(i));
    }
  }

  static ThreeMembers at(Path directory, Consistency level) {
    return new ThreeMembers(directory, builder -> builder.consistency(level), engine -> engine);
  }

  String[] peers() {
    return peers.clone();
  }

  Path directory(int member) {
    return directory.resolve("n" + member);
  }

  KVStore<String, String> get(int member) {
    return stores.get(member - 1);
  }

  KVStore<String, String> open(int member) {
    return builder
        .apply(
            KVStore.builder()
                .timeout(Duration.ofSeconds(10))
                .failover(Failover.after(Duration.ofMillis(300))))
        .storageDirectory(directory(member))
        .engine(engine.apply(RatisEngine.member("n" + member).peers(peers)))
        .open();
  }

  KVStore<String, String> client() {
    return builder
        .apply(
            KVStore.builder()
                .timeout(Duration.ofSeconds(10))
                .failover(Failover.after(Duration.ofMillis(300))))
        .engine(RatisEngine.client(peers))
        .open();
  }

  void close(int member) {
    get(member).close();
  }

  void reopen(int member) {
    stores.set(member - 1, open(member));
  }

  @Override
  public void close() {
    stores.forEach(KVStore::close);
  }
}
