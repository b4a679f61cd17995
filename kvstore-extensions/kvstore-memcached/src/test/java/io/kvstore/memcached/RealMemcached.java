package io.kvstore.memcached;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The memcached of the machine, on a free port: it evicts nothing. */
final class RealMemcached implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final InetSocketAddress address;
  private Process process;

  private RealMemcached(InetSocketAddress address, Process process) {
    this.address = address;
    this.process = process;
  }

  /** Starts it; without it the calling test is skipped. */
  static RealMemcached start() {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
    return new RealMemcached(address, startAt(address));
  }

  private static Process startAt(InetSocketAddress address) {
    Optional<Path> program =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .map(folder -> Path.of(folder, "memcached"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(
        program.isPresent(),
        "memcached is not on the PATH, so this test is skipped: install Debian's package memcached");
    List<String> command =
        List.of(
            program.get().toString(),
            "-M",
            "-l",
            address.getAddress().getHostAddress(),
            "-p",
            Integer.toString(address.getPort()),
            "-U",
            "0",
            "-t",
            "2",
            "-u",
            System.getProperty("user.name"));
    try {
      Process started =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!answers(address)) {
        if (System.nanoTime() > deadline || !started.isAlive()) {
          started.destroy();
          throw new AssertionError("memcached does not start: " + command);
        }
        Thread.onSpinWait();
      }
      return started;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static boolean answers(InetSocketAddress address) {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  InetSocketAddress address() {
    return address;
  }

  /** Another one in the same place, with nothing in it. */
  void restart() {
    close();
    process = startAt(address);
  }

  /** Sends a command with its data, and awaits its end. */
  void tell(String command) {
    ask(command + "\r\nmn", "MN");
  }

  /** The names of all items. */
  List<String> items() {
    return ask("lru_crawler metadump all", "END").stream()
        .map(line -> line.substring("key=".length(), line.indexOf(' ')).replace("%3A", ":"))
        .toList();
  }

  private List<String> ask(String commands, String end) {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      socket.getOutputStream().write((commands + "\r\n").getBytes(UTF_8));
      BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      List<String> lines = new ArrayList<>();
      for (String line = in.readLine(); !end.equals(line); line = in.readLine()) {
        assertThat(line).as("after %s", lines).isNotNull();
        lines.add(line);
      }
      return lines;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly(); // asked politely, it takes a second
    process.onExit().join();
  }
}
