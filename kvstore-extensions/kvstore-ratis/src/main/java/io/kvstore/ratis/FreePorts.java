package io.kvstore.ratis;

import io.kvstore.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports that nothing listens at. */
final class FreePorts {
  private FreePorts() {}

  /** Members n1, n2 and so on at free ports of the loopback address. */
  static List<Peer> find(int members) {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Peer> peers = new ArrayList<>();
    try {
      for (int i = 1; i <= members; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        peers.add(new Peer(NodeId.of(i), "127.0.0.1", socket.getLocalPort()));
      }
      return peers;
    } catch (IOException none) {
      throw new UncheckedIOException("no port is free", none);
    } finally {
      sockets.forEach(FreePorts::close);
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /**
   * Checks that this process can listen where a member is to.
   *
   * @throws IllegalStateException when it cannot
   */
  static void requireFree(Peer self, String host) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, self.port()));
    } catch (IOException taken) {
      throw new IllegalStateException(
          self
              + " cannot listen at its port ("
              + taken.getMessage()
              + "): stop what listens there, or name another port in the peers of every member",
          taken);
    }
  }
}
