package io.kvstore.ratis;

import io.kvstore.NodeId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * A member and where it listens: {@code n1=host:7001}.
 *
 * @param node its name, n and a number
 * @param host the name or address of its machine; an IPv6 address in brackets
 * @param port its port for other members and clients
 */
record Peer(NodeId node, String host, int port) {
  private static final Pattern TEXT =
      Pattern.compile("n(\\d{1,5})=(\\[[^]]+]|[^:\\[\\]]+):(\\d{1,5})");
  private static final Pattern NAME = Pattern.compile("n(\\d{1,5})");
  private static final int PORTS = 1 << 16;

  /** In the order of their numbers. */
  static final Comparator<Peer> BY_NUMBER = Comparator.comparing(Peer::node);

  static Peer parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no member: expected its name, and where it listens: n1=host:7001");
    }
    int port = Integer.parseInt(matcher.group(3));
    if (port == 0 || port >= PORTS) {
      throw new IllegalArgumentException(
          "'" + text + "': the port must be from 1 to " + (PORTS - 1) + ", not " + port);
    }
    return new Peer(NodeId.of(Integer.parseInt(matcher.group(1))), matcher.group(2), port);
  }

  /** The members of a list, each of which has a name and an address of its own. */
  static List<Peer> parseAll(Collection<String> texts) {
    List<Peer> peers = texts.stream().map(Peer::parse).toList();
    if (peers.isEmpty()) {
      throw new IllegalArgumentException("no members are named: peers(\"n1=host1:7001\", …)");
    }
    Set<Object> seen = new HashSet<>();
    for (Peer peer : peers) {
      if (!seen.add(peer.node()) || !seen.add(peer.address())) {
        throw new IllegalArgumentException(
            "'" + peer + "' is not the only one of its name and address in " + peers);
      }
    }
    return peers;
  }

  /** The node of a name such as n1. */
  static NodeId nodeOf(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a member's name is n and a number, such as n1, not '" + name + "'");
    }
    return NodeId.of(Integer.parseInt(matcher.group(1)));
  }

  static NodeId nodeOf(RaftPeerId id) {
    return nodeOf(id.toString());
  }

  static Peer of(RaftPeer peer) {
    return parse(peer.getId() + "=" + peer.getAddress());
  }

  RaftPeerId id() {
    return RaftPeerId.valueOf(node.toString());
  }

  String address() {
    return host + ":" + port;
  }

  RaftPeer raftPeer() {
    return RaftPeer.newBuilder().setId(id()).setAddress(address()).build();
  }

  static void write(DataOutputStream out, Peer peer) throws IOException {
    out.writeUTF(peer.toString());
  }

  static Peer read(DataInputStream in) throws IOException {
    return parse(in.readUTF());
  }

  @Override
  public String toString() {
    return node + "=" + address();
  }
}
