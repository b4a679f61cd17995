package io.kvstore.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports of the loopback for systems whose members must know each other's beforehand. */
final class FreePorts {
  private FreePorts() {}

  static List<Integer> find(int number) throws IOException {
    List<ServerSocket> taken = new ArrayList<>();
    try {
      for (int i = 0; i < number; i++) {
        taken.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return taken.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : taken) {
        socket.close();
      }
    }
  }
}
