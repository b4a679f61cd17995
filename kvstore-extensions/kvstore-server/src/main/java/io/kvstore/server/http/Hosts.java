package io.kvstore.server.http;

import io.kvstore.server.Http;
import io.netty.util.NetUtil;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The hosts that requests may name. A page in a browser can have its own name lead to this machine,
 * and then ask for what is here as if it were its own; but its requests name it. Addresses in
 * numbers lead nowhere else, so they are allowed.
 */
final class Hosts {
  private static final String ANY = "*";
  private static final String LOCAL = "localhost";

  private final Set<String> names = new HashSet<>();

  private Hosts() {}

  /** Those that are allowed, and those at which nodes are known to be. */
  static Hosts of(Http options) {
    Hosts hosts = new Hosts();
    options.allowedHosts().forEach(name -> hosts.names.add(name.toLowerCase(Locale.ROOT)));
    options
        .names()
        .values()
        .forEach(name -> name.address().ifPresent(there -> hosts.names.add(hostIn(there))));
    return hosts;
  }

  /** Whether a request with this in its header may be answered. */
  boolean allow(String header) {
    String host = hostIn(header);
    return host.equals(LOCAL)
        || names.contains(host)
        || names.contains(ANY)
        || NetUtil.isValidIpV4Address(host)
        || NetUtil.isValidIpV6Address(host);
  }

  /** Without a port, the brackets of an address, and the dot at the end of a name. */
  private static String hostIn(String text) {
    String host = text.strip().toLowerCase(Locale.ROOT);
    if (host.startsWith("[")) {
      int end = host.indexOf(']');
      return end < 0 ? host : host.substring(1, end);
    }
    int colon = host.indexOf(':');
    host = colon < 0 ? host : host.substring(0, colon);
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }
}
