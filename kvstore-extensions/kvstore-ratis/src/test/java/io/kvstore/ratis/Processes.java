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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** Members of one store, each in a process of its own. */
final class Processes implements AutoCloseable {
  private final Path directory;
  private final int shards;
  private final Map<Integer, String> peers = new TreeMap<>();
  private final IntFunction<List<String>> options;
  private Optional<String[]> forClients = Optional.empty();
  private final Map<Integer, Process> running = new TreeMap<>();
  private String classPath = OwnJvm.classPath();

  Processes(Path directory, int members, int shards) throws IOException {
    this(directory, shards, RatisEngine.freeLoopbackPeers(members), member -> List.of());
  }

  /**
   * Starts members n1, n2 and so on.
   *
   * @param options what the JVM of each of them is told besides
   */
  Processes(Path directory, int shards, String[] first, IntFunction<List<String>> options)
      throws IOException {
    this.directory = directory;
    this.shards = shards;
    this.options = options;
    for (int i = 1; i <= first.length; i++) {
      peers.put(i, first[i - 1]);
    }
    Files.createDirectories(directory);
    startAll();
  }

  /** Where clients find the members. */
  String[] peers() {
    return forClients.orElseGet(() -> peers.values().toArray(String[]::new));
  }

  /** Clients, which are elsewhere, find the members there instead. */
  void clientsUse(String... addresses) {
    forClients = Optional.of(addresses);
  }

  /** Which members there are, running or not. */
  List<Integer> members() {
    return List.copyOf(peers.keySet());
  }

  /** Starts all members that do not run, at once. */
  void startAll() throws IOException {
    List<Integer> begun = new ArrayList<>();
    for (int member : peers.keySet()) {
      if (!running.containsKey(member)) {
        begin(member, "found");
        begun.add(member);
      }
    }
    for (int member : begun) {
      awaitOpen(member);
    }
  }

  /** Starts a member, which goes on with what it has. */
  void start(int member) throws IOException {
    begin(member, "found");
    awaitOpen(member);
  }

  /** Starts a new member that asks the others to take it in. */
  void join(int member) throws IOException {
    peers.put(member, RatisEngine.freeLoopbackPeers(member)[member - 1]);
    begin(member, "join");
    awaitOpen(member);
  }

  /** A member that was removed ends for good. */
  void leave(int member) throws InterruptedException {
    peers.remove(member);
    kill(member);
  }

  private void begin(int member, String how) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                OwnJvm.java(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"));
    command.addAll(options.apply(member));
    command.addAll(
        List.of(
            "-cp",
            classPath,
            MemberProcess.class.getName(),
            "n" + member,
            directory.resolve("n" + member).toString(),
            Integer.toString(shards),
            how));
    command.addAll(peers.values());
    running.put(
        member,
        new ProcessBuilder(command)
            .redirectError(
                ProcessBuilder.Redirect.appendTo(directory.resolve("n" + member + ".log").toFile()))
            .start());
  }

  private void awaitOpen(int member) throws IOException {
    Process process = running.get(member);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(lines.readLine()).as("the first line of n" + member).startsWith("open");
  }

  /** Processes that are started from now on have this class path. */
  void runFrom(String classes) {
    classPath = classes;
  }

  /** Ends a process as a crash of its machine's operating system would not: SIGKILL. */
  void kill(int member) throws InterruptedException {
    Process process = running.remove(member);
    process.toHandle().destroyForcibly();
    process.waitFor();
  }

  /** Ends a process in good order. */
  void end(int member) throws IOException, InterruptedException {
    Process process = running.remove(member);
    process.getOutputStream().close();
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

  /** The process of a member that runs. */
  Process process(int member) {
    return running.get(member);
  }

  /** A client of the members. */
  KVStore<String, String> client(Consistency level, Duration timeout) {
    return client(level, timeout, RatisEngine.client(peers()));
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
