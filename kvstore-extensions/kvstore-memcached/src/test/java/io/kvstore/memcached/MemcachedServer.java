package io.kvstore.memcached;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A server that speaks memcached, on a free port, and evicts nothing: the memcached of the machine
 * or, where there is none, the endpoint of this project.
 */
abstract class MemcachedServer implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  /** Starts one. */
  static MemcachedServer start() {
    MemcachedServer server =
        program().<MemcachedServer>map(RealMemcached::new).orElseGet(OwnEndpoint::new);
    server.address = server.startAt(server.address);
    return server;
  }

  private static Optional<Path> program() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, "memcached"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** What the tests of this module talk to, in one line. */
  static String description() {
    return program()
        .map(found -> "kvstore-memcached is tested with " + found)
        .orElse(
            "kvstore-memcached is tested with the endpoint of kvstore-server: there is no"
                + " memcached on the PATH (Debian's package memcached)");
  }

  /** Starts it with nothing in it; tells where it listens. Port 0 is any free one. */
  abstract InetSocketAddress startAt(InetSocketAddress place);

  /** Whether its clients can have all items listed. */
  abstract boolean listsItems();

  /** The names of all items. */
  abstract List<String> items();

  @Override
  public abstract void close();

  /** Sends a command with its data, and awaits its end. */
  void tell(String command) {
    ask(command + "\r\nmn", "MN");
  }

  /** Sends commands; the lines of the answer before its last one. */
  List<String> ask(String commands, String end) {
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

  InetSocketAddress address() {
    return address;
  }

  /** Another one in the same place, with nothing in it. */
  void restart() {
    close();
    address = startAt(address);
  }
}
