package io.kvstore.server.memcached;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvstore.server.Eventually;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The memcached of the machine, on a free port, for one test. */
final class RealMemcached implements AutoCloseable {
  private final Process process;
  private final InetSocketAddress address;

  private RealMemcached(Process process, InetSocketAddress address) {
    this.process = process;
    this.address = address;
  }

  /** Where a program is that the machine may have; without it the calling test is skipped. */
  static Path requireProgram(String name, String debianPackage) {
    Optional<Path> found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(
        found.isPresent(),
        () -> name + " is not on the PATH, so this test is skipped: install " + debianPackage);
    return found.get();
  }

  /** Starts it; without it the calling test is skipped. */
  static RealMemcached start() {
    Path program = requireProgram("memcached", "Debian's package memcached");
    int port = freePort();
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try {
      Process process =
          new ProcessBuilder(
                  program.toString(),
                  "-l",
                  loopback.getHostAddress(),
                  "-p",
                  Integer.toString(port),
                  "-U",
                  "0",
                  "-t",
                  "2",
                  "-u",
                  System.getProperty("user.name"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      RealMemcached started = new RealMemcached(process, new InetSocketAddress(loopback, port));
      Eventually.holds(started::answers);
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

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
