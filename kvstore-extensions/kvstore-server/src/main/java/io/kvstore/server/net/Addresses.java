package io.kvstore.server.net;

import java.net.InetSocketAddress;

/** Addresses as people write them. */
public final class Addresses {
  private Addresses() {}

  /** Host and port: {@code 127.0.0.1:8081}, {@code [::1]:8081}. */
  public static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? '[' + host + ']' : host) + ':' + address.getPort();
  }
}
