package io.kvstore.server.memcached;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvstore.Consistency;
import io.kvstore.server.Eventually;
import io.kvstore.server.Served;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What this server is compared with, for one test: the memcached of the machine, on a free port;
 * where there is none, another server of our own, so that everything around it is tested there too.
 */
final class ReferenceMemcached implements AutoCloseable {
  private final InetSocketAddress address;
  private final Runnable stop;

  private ReferenceMemcached(InetSocketAddress address, Runnable stop) {
    this.address = address;
    this.stop = stop;
  }

  private static Optional<Path> programOf(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** What the tests of this module are compared with, in one line. */
  static String description() {
    return programOf("memcached")
        .map(program -> "kvstore-server is compared with " + program)
        .orElse(
            "kvstore-server is compared with itself: there is no memcached on the PATH"
                + " (Debian's package memcached)");
  }

  /** Where a program is that the machine may have; without it the calling test is skipped. */
  static Path requireProgram(String name, String debianPackage) {
    Optional<Path> found = programOf(name);
    assumeTrue(
        found.isPresent(),
        () -> name + " is not on the PATH, so this test is skipped: install " + debianPackage);
    return found.get();
  }

  /** Starts it, with options that our own server has no use for. */
  static ReferenceMemcached start(String... options) {
    return programOf("memcached")
        .map(program -> start(program, options))
        .orElseGet(ReferenceMemcached::startOurs);
  }

  private static ReferenceMemcached startOurs() {
    Served served = Served.at(Consistency.LINEARIZABLE);
    return new ReferenceMemcached(served.address(0), served::close);
  }

  private static ReferenceMemcached start(Path program, String... options) {
    int port = freePort();
    InetAddress loopback = InetAddress.getLoopbackAddress();
    List<String> command = new ArrayList<>(List.of(program.toString(), "-U", "0", "-t", "2"));
    command.addAll(List.of("-l", loopback.getHostAddress(), "-p", Integer.toString(port)));
    command.addAll(List.of("-u", System.getProperty("user.name")));
    command.addAll(List.of(options));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      ReferenceMemcached started =
          new ReferenceMemcached(
              new InetSocketAddress(loopback, port),
              () -> {
                process.destroy();
                process.onExit().join();
              });
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
    stop.run();
  }
}
