package io.kvstore.memcached;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;

/** The memcached of the machine. */
final class RealMemcached extends MemcachedServer {
  private final Path program;
  private Process process;

  RealMemcached(Path program) {
    this.program = program;
  }

  @Override
  InetSocketAddress startAt(InetSocketAddress place) {
    InetSocketAddress address =
        new InetSocketAddress(
            place.getAddress(), place.getPort() == 0 ? freePort() : place.getPort());
    process = processAt(address);
    return address;
  }

  private Process processAt(InetSocketAddress address) {
    List<String> command =
        List.of(
            program.toString(),
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

  @Override
  boolean listsItems() {
    return true;
  }

  @Override
  List<String> items() {
    return ask("lru_crawler metadump all", "END").stream()
        .map(line -> line.substring("key=".length(), line.indexOf(' ')).replace("%3A", ":"))
        .toList();
  }

  @Override
  public void close() {
    process.destroyForcibly(); // asked politely, it takes a second
    process.onExit().join();
  }
}
