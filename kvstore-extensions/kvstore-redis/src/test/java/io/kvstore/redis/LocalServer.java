package io.kvstore.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
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
import java.util.function.Function;
import java.util.stream.Stream;

/** A server of this machine on a free port of the loopback, which can be killed and comes back. */
final class LocalServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Function<InetSocketAddress, List<String>> command;
  private final InetSocketAddress address;
  private Process process;

  private LocalServer(Function<InetSocketAddress, List<String>> command) {
    this.command = command;
    address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
    process = start();
  }

  /** The Redis or Valkey of this machine, which saves nothing; nothing where there is none. */
  static Optional<LocalServer> redis(String... options) {
    return program("redis-server")
        .or(() -> program("valkey-server"))
        .map(
            program ->
                new LocalServer(
                    address -> {
                      List<String> all = new ArrayList<>(List.of(program.toString()));
                      all.addAll(List.of("--port", "" + address.getPort(), "--save", ""));
                      all.addAll(List.of("--bind", address.getAddress().getHostAddress()));
                      all.addAll(List.of(options));
                      return all;
                    }));
  }

  /** The memcached of this machine; nothing where there is none. */
  static Optional<LocalServer> memcached() {
    return program("memcached")
        .map(
            program ->
                new LocalServer(
                    address ->
                        List.of(
                            program.toString(),
                            "-M",
                            "-l",
                            address.getAddress().getHostAddress(),
                            "-p",
                            "" + address.getPort(),
                            "-U",
                            "0",
                            "-u",
                            System.getProperty("user.name"))));
  }

  private static Optional<Path> program(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private Process start() {
    List<String> its = command.apply(address);
    try {
      Process started =
          new ProcessBuilder(its)
              .directory(new File(System.getProperty("java.io.tmpdir")))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!answers()) {
        if (System.nanoTime() > deadline || !started.isAlive()) {
          started.destroyForcibly();
          throw new AssertionError("it does not start: " + its);
        }
        Thread.onSpinWait();
      }
      return started;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  InetSocketAddress address() {
    return address;
  }

  /** Kills it, without a warning. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** It keeps its connections, and does nothing any more. */
  void stop() throws IOException, InterruptedException {
    int failed = new ProcessBuilder("kill", "-STOP", "" + process.pid()).start().waitFor();
    assertThat(failed).isZero();
  }

  /** Another one in the same place, with nothing in it. */
  void restart() {
    kill();
    process = start();
  }

  @Override
  public void close() {
    kill();
  }
}
