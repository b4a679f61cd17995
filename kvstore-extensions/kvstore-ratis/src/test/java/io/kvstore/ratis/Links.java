package io.kvstore.ratis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The network of some members, of which each link can be delayed and cut. Every member knows the
 * others by the names of their machines; its JVM is told that those are at the addresses of its own
 * links to them. All addresses are of the loopback device, so that nothing here needs root.
 */
final class Links implements AutoCloseable {
  private final int members;
  private final int port;
  private final Path directory;
  private final Map<List<Integer>, Link> links = new TreeMap<>(Links::inOrder);

  Links(int members, Path directory) throws IOException {
    this.members = members;
    this.directory = directory;
    this.port = freePort();
    for (int from = 1; from <= members; from++) {
      for (int to = 1; to <= members; to++) {
        if (from != to) {
          links.put(List.of(from, to), new Link(at(seen(from, to)), at(machine(to))));
        }
      }
    }
  }

  private static int inOrder(List<Integer> one, List<Integer> other) {
    int first = one.get(0).compareTo(other.get(0));
    return first != 0 ? first : one.get(1).compareTo(other.get(1));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) { // at every address
      return socket.getLocalPort();
    }
  }

  private InetSocketAddress at(String address) throws IOException {
    return new InetSocketAddress(InetAddress.getByName(address), port);
  }

  private static String machine(int member) {
    return "127.0.1." + member;
  }

  /** Where one member finds another. */
  private static String seen(int from, int to) {
    return from == to ? machine(to) : "127.0." + (1 + from) + "." + to;
  }

  /** The members, as they know each other. */
  String[] peers() {
    return IntStream.rangeClosed(1, members)
        .mapToObj(member -> "n" + member + "=machine" + member + ":" + port)
        .toArray(String[]::new);
  }

  /** The members, as clients outside know them, whose links are always well. */
  String[] peersForClients() {
    return IntStream.rangeClosed(1, members)
        .mapToObj(member -> "n" + member + "=" + machine(member) + ":" + port)
        .toArray(String[]::new);
  }

  /** What the JVM of a member is told. */
  List<String> options(int member) {
    try {
      Path file = directory.resolve("hosts" + member);
      List<String> lines = new ArrayList<>(List.of("127.0.0.1 localhost"));
      for (int to = 1; to <= members; to++) {
        lines.add(seen(member, to) + " machine" + to);
      }
      Files.write(file, lines);
      return List.of("-Djdk.net.hosts.file=" + file);
    } catch (IOException broken) {
      throw new IllegalStateException(broken);
    }
  }

  Link link(int from, int to) {
    return links.get(List.of(from, to));
  }

  /** The links from and to a member. */
  List<Link> around(int member) {
    return links.entrySet().stream()
        .filter(entry -> entry.getKey().contains(member))
        .map(Map.Entry::getValue)
        .toList();
  }

  void heal() {
    links.values().forEach(Link::heal);
  }

  @Override
  public void close() throws IOException {
    for (Link link : links.values()) {
      link.close();
    }
  }
}
