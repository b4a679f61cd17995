package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.spi.Engine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Members of one store, each in a process of its own. */
final class Processes implements AutoCloseable {
  private final Path directory;
  private final int shards;
  private final String[] peers;
  private final Map<Integer, Process> running = new TreeMap<>();

  Processes(Path directory, int members, int shards) throws IOException {
    this.directory = directory;
    this.shards = shards;
    this.peers = RatisEngine.freeLoopbackPeers(members);
    for (int i = 1; i <= members; i++) {
      begin(i, "found", peers);
    }
    for (int i = 1; i <= members; i++) {
      awaitOpen(i);
    }
  }

  String[] peers() {
    return peers.clone();
  }

  /** Starts a member, which goes on with what it has. */
  void start(int member) throws IOException {
    begin(member, "found", peers);
    awaitOpen(member);
  }

  /** Starts a member that asks the others to take it in. */
  void join(int member, String... allPeers) throws IOException {
    begin(member, "join", allPeers);
    awaitOpen(member);
  }

  private void begin(int member, String how, String... allPeers) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                OwnJvm.java(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                OwnJvm.classPath(),
                MemberProcess.class.getName(),
                "n" + member,
                directory.resolve("n" + member).toString(),
                Integer.toString(shards),
                how));
    command.addAll(List.of(allPeers));
    running.put(
        member,
        new ProcessBuilder(command)
            .redirectError(directory.resolve("n" + member + ".log").toFile())
            .start());
  }

  private void awaitOpen(int member) throws IOException {
    Process process = running.get(member);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(lines.readLine()).as("the first line of n" + member).startsWith("open");
  }

  /** Ends a process as a crash of its machine's operating system would not: SIGKILL. */
  void kill(int member) throws InterruptedException {
    Process process = running.remove(member);
    process.toHandle().destroyForcibly();
    process.waitFor();
  }

  void stopForAWhile(int member, Duration time) throws IOException, InterruptedException {
    signal(member, "STOP");
    Thread.sleep(time.toMillis());
    signal(member, "CONT");
  }

  void signal(int member, String name) throws IOException, InterruptedException {
    String pid = Long.toString(running.get(member).pid());
    new ProcessBuilder("kill", "-" + name, pid).start().waitFor();
  }

  /** A client of the members. */
  KVStore<String, String> client(Consistency level, Duration timeout) {
    return client(level, timeout, RatisEngine.client(peers));
  }

  KVStore<String, String> client(Consistency level, Duration timeout, Engine engine) {
    return KVStore.builder()
        .consistency(level)
        .shards(shards)
        .timeout(timeout)
        .failover(Failover.after(Duration.ofMillis(300)))
        .engine(engine)
        .open();
  }

  /** The member that leads a shard. */
  static int leader(KVStore<?, ?> store, int shard) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < deadline) {
      for (NodeId node : store.cluster().nodes()) {
        if (store.cluster().replica(node, shard).isPrimary()) {
          return node.number();
        }
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no leader in 30 s");
  }

  @Override
  public void close() {
    running.values().forEach(process -> process.toHandle().destroyForcibly());
    running.values().forEach(process -> process.onExit().join());
  }
}
