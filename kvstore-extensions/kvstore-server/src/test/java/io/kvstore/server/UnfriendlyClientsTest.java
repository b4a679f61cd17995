package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that guess passwords, take their time, or take all connections. */
@Timeout(600)
final class UnfriendlyClientsTest {
  @TempDir private Path directory;

  private static String login(String token) {
    return "set auth 0 0 " + token.length() + "\r\n" + token + "\r\n";
  }

  private static RawClient loggedIn(ServerProcess server) {
    RawClient client = RawClient.connectTo(server.memcached(0));
    assertThat(client.send(login("alice secret")).readLine()).isEqualTo("STORED\r\n");
    return client;
  }

  @Test
  void guessesOfPasswordsAreAnsweredLaterAndLater() throws Exception {
    Path users = Files.writeString(directory.resolve("users"), "alice:secret\n");
    ServerProcess server = UnderAttack.process("--memcached-users", users.toString());
    AtomicLong guesses = new AtomicLong();
    try (UnderAttack attack =
        UnderAttack.start(
            server, () -> loggedIn(server), () -> RawClient.connectTo(server.http(0)))) {
      long begin = System.nanoTime();
      attack.by(
          "guesses of passwords",
          each -> {
            for (int i = 0; i < 50; i++) {
              RawClient client = each.attacker(RawClient.connectTo(server.memcached(0)));
              client.send(login("alice wrong").repeat(1_000));
              count(client, guesses);
            }
            requireLogin(server, "127.0.0.2", 1_000);
            requireLogin(server, "127.0.0.1", 5_000); // among those who guess
          });
      double seconds = (System.nanoTime() - begin) / 1e9;
      System.out.printf("guesses of passwords: %.0f a second%n", guesses.get() / seconds);
      assertThat(guesses.get() / seconds).isLessThan(1_000);
    }
  }

  private static void count(RawClient client, AtomicLong answers) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (client.readLine().startsWith("CLIENT_ERROR authentication failure")) {
                  answers.incrementAndGet();
                }
              } catch (UncheckedIOException closed) {
                // The attack is over, or the server has ended.
              }
            },
            "guesses");
    thread.setDaemon(true);
    thread.start();
  }

  private static void requireLogin(ServerProcess server, String from, long withinMillis) {
    long begin = System.nanoTime();
    InetSocketAddress node = server.memcached(0);
    try (RawClient client =
        new RawClient(
            new Socket(node.getAddress(), node.getPort(), InetAddress.getByName(from), 0))) {
      assertThat(client.send(login("alice secret")).readLine()).isEqualTo("STORED\r\n");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    assertThat(System.nanoTime() - begin)
        .as("a login from %s", from)
        .isLessThan(TimeUnit.MILLISECONDS.toNanos(withinMillis));
  }

  @Test
  void aByteNowAndThenDoesNotKeepAConnectionOpen() throws Exception {
    List<String> beginnings =
        List.of(
            "set k 0 0 1000\r\n",
            "get k",
            "GET /data/k HTTP/1.1\r\nHost: localhost\r\nX: ",
            "PUT /data/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n");
    try (UnderAttack attack = UnderAttack.start("--idle-timeout", "3s")) {
      attack.by(
          "a byte now and then",
          each -> {
            List<RawClient> slow = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
              int kind = i % 4;
              ServerProcess server = each.server();
              slow.add(
                  each.attacker(
                          RawClient.connectTo(
                              kind < 2 ? server.memcached(i % 3) : server.http(i % 3)))
                      .send(beginnings.get(kind)));
            }
            for (int i = 0; i < 150 && !slow.isEmpty(); i++) { // half a minute
              slow.removeIf(UnfriendlyClientsTest::isClosedForByte);
              pause(200);
            }
            assertThat(slow).isEmpty();
          });
    }
  }

  private static boolean isClosedForByte(RawClient client) {
    try {
      client.send("x");
      return false;
    } catch (UncheckedIOException closed) {
      return true;
    }
  }

  @Test
  void connectionsThatTakeAllFilesAreALineInTheLogAndOthersAreServed() throws Exception {
    ServerProcess server =
        UnderAttack.process(
            List.of("sh", "-c", "ulimit -n 200; exec \"$@\"", "sh"), classPathOfJars());
    try (UnderAttack attack =
        UnderAttack.start(
            server,
            () -> RawClient.connectTo(server.memcached(0)),
            () -> RawClient.connectTo(server.http(0)))) {
      attack.by(
          "no files left",
          each -> {
            for (int i = 0; i < 400; i++) {
              each.attacker(RawClient.connectTo(server.memcached(i % 3)));
            }
            pause(500);
          });
      List<String> log = server.linesOfItsOwn();
      assertThat(log).filteredOn(line -> line.startsWith("\tat ")).isEmpty();
      assertThat(log)
          .filteredOn(line -> line.contains("could not be accepted"))
          .hasSizeBetween(1, 10);
    }
  }

  /** Of a folder, each class is a file that is opened when it is needed; a jar stays open. */
  private String classPathOfJars() {
    List<String> jars = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      boolean isFolder = !entry.isEmpty() && Files.isDirectory(Path.of(entry));
      Path jar = directory.resolve(jars.size() + ".jar");
      if (isFolder) {
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(System.out, System.err, "--create", "--file", jar.toString(), "-C", entry, ".");
      }
      jars.add(isFolder ? jar.toString() : entry);
    }
    return String.join(File.pathSeparator, jars);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
