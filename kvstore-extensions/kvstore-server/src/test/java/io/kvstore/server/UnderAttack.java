package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server of 256 MB in a process of its own, that is attacked while a good client is served. An
 * attack lasts for {@code -Dkvstore.attack.seconds}, three unless told otherwise. On an idle
 * machine 99 of 100 rounds of the good client end within {@code -Dkvstore.attack.p99=1000}
 * milliseconds, and the process within {@code -Dkvstore.attack.end=10} seconds; unless told so, it
 * is enough that they end: many builds share few processors.
 */
final class UnderAttack implements AutoCloseable {
  private static final long SECONDS = Long.getLong("kvstore.attack.seconds", 1);
  private static final long P99_MILLIS = Long.getLong("kvstore.attack.p99", 60_000);
  private static final int ATTEMPTS = 20;
  private static final String STORED = "STORED\r\n";
  private static final String LARGE = "v".repeat(1_000_000);
  private static final long FLAT_BYTES = 48L << 20;
  private static final long END_SECONDS = Long.getLong("kvstore.attack.end", 60);
  private static final int ENDED_BY_SIGTERM = 143;
  private static final Pattern USED = Pattern.compile("(heap|generation|space).* used (\\d+)K");

  private final ServerProcess server;
  private final Supplier<RawClient> goodOfMemcached;
  private final Supplier<RawClient> goodOfHttp;
  private final List<RawClient> attackers = new ArrayList<>();

  private UnderAttack(
      ServerProcess server, Supplier<RawClient> goodOfMemcached, Supplier<RawClient> goodOfHttp) {
    this.server = server;
    this.goodOfMemcached = goodOfMemcached;
    this.goodOfHttp = goodOfHttp;
  }

  static UnderAttack start(String... options) throws IOException {
    ServerProcess server = process(options);
    return new UnderAttack(
        server,
        () -> RawClient.connectTo(server.memcached(0)),
        () -> RawClient.connectTo(server.http(0)));
  }

  static UnderAttack start(
      ServerProcess server, Supplier<RawClient> goodOfMemcached, Supplier<RawClient> goodOfHttp) {
    return new UnderAttack(server, goodOfMemcached, goodOfHttp);
  }

  static ServerProcess process(String... options) throws IOException {
    return process(List.of(), System.getProperty("java.class.path"), options);
  }

  /** Starts it through another command, with a class path of its own. */
  static ServerProcess process(List<String> through, String classPath, String... options)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("--http", "0", "--memcached", "0", "--log", "warn"));
    all.addAll(List.of(options));
    ServerProcess server =
        ServerProcess.start(
            through, classPath, List.of("-Xmx256m"), Map.of(), all.toArray(String[]::new));
    server.await("ready");
    return server;
  }

  ServerProcess server() {
    return server;
  }

  /** Takes part in the attack until it is over. */
  RawClient attacker(RawClient client) {
    attackers.add(client);
    return client;
  }

  /** Stores a large value; a client that does not get on with that in a flood may be closed. */
  void storeLarge() {
    String answer = "";
    for (int i = 0; i < ATTEMPTS && !answer.equals(STORED); i++) {
      try (RawClient client = goodOfMemcached.get()) {
        answer = client.say("set large 0 0 1000000\r\n" + LARGE + "\r\n");
      } catch (UncheckedIOException closed) {
        answer = String.valueOf(closed.getMessage());
      }
    }
    assertThat(answer).isEqualTo(STORED);
  }

  /** For an attacker that waits for the server; it ends with its connection. */
  void inBackground(Runnable attacker) {
    Thread thread =
        new Thread(
            () -> {
              try {
                attacker.run();
              } catch (UncheckedIOException closed) {
                // The attack is over.
              }
            },
            "attacker");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Attacks in rounds while a good client is served; has all attackers leave, and requires that
   * they leave no memory behind; attacks once more, and requires that the server can be ended then.
   */
  void by(String name, Consumer<UnderAttack> round) throws Exception {
    long before = heapBytes();
    try (GoodClient good = new GoodClient(goodOfMemcached, goodOfHttp)) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      do {
        round.accept(this);
        Thread.sleep(Math.min(1_000, 500 * SECONDS));
        if (System.nanoTime() < end) {
          leave();
        }
      } while (System.nanoTime() < end);
      good.requireServedWithin(name, P99_MILLIS);
    }
    leave();
    requireFlat(name, before);
    round.accept(this);
    long begin = System.nanoTime();
    assertThat(server.end()).isEqualTo(ENDED_BY_SIGTERM);
    long took = System.nanoTime() - begin;
    System.out.printf("%s: ended within %d ms%n", name, TimeUnit.NANOSECONDS.toMillis(took));
    assertThat(took).isLessThan(TimeUnit.SECONDS.toNanos(END_SECONDS));
  }

  private void leave() {
    attackers.forEach(RawClient::close);
    attackers.clear();
  }

  private void requireFlat(String name, long before) throws Exception {
    for (int i = 0; i < 10; i++) { // connections end a moment after their clients have left
      long after = heapBytes();
      if (after < before + FLAT_BYTES) {
        System.out.printf("%s: heap %d MB before, %d MB after%n", name, before >> 20, after >> 20);
        return;
      }
      Thread.sleep(1_000);
    }
    assertThat(heapBytes()).as("heap in bytes, %d before", before).isLessThan(before + FLAT_BYTES);
  }

  private long heapBytes() throws Exception {
    command("GC.run");
    return command("GC.heap_info")
        .lines()
        .map(USED::matcher)
        .filter(Matcher::find)
        .filter(each -> !each.group().contains("class space"))
        .mapToLong(each -> Long.parseLong(each.group(2)) << 10)
        .sum();
  }

  private String command(String diagnostic) throws Exception {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(server.process().pid()),
                diagnostic)
            .redirectErrorStream(true)
            .start();
    String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(jcmd.waitFor()).as(said).isZero();
    return said;
  }

  @Override
  public void close() {
    leave();
    server.close();
  }
}
