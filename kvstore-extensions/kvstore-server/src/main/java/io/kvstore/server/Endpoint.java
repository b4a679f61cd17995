package io.kvstore.server;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where a protocol is served and what its clients may take: what all protocols have in common.
 *
 * @param address the address to listen on
 * @param ports the port of the first node, and the next node has the next one, or 0 for any free
 *     ports; or the ports of the first nodes, one by one, and any free ports for the others
 * @param limits what is refused
 * @param idleTimeout how long a connection may be silent before it is closed; zero is for ever
 * @param tls the certificate and key, when connections are to be encrypted
 */
public record Endpoint(
    InetAddress address,
    List<Integer> ports,
    EndpointLimits limits,
    Duration idleTimeout,
    Optional<Tls> tls) {
  private static final int HIGHEST_PORT = 65_535;

  /** Checks the ports and the time. */
  public Endpoint {
    requireNonNull(address, "address");
    requireNonNull(limits, "limits");
    requireNonNull(tls, "tls");
    ports = List.copyOf(ports);
    if (ports.isEmpty()) {
      throw new IllegalArgumentException("at least one port is needed; 0 is any free one");
    }
    for (int port : ports) {
      if (port < 0 || port > HIGHEST_PORT) {
        throw new IllegalArgumentException("a port is from 0 to " + HIGHEST_PORT + ", not " + port);
      }
    }
    if (idleTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "an idle timeout must not be negative, not " + idleTimeout);
    }
  }

  /** Any free port of this machine alone, default limits, no idle timeout, no encryption. */
  public static Endpoint loopback() {
    return new Endpoint(
        InetAddress.getLoopbackAddress(),
        List.of(0),
        EndpointLimits.DEFAULT,
        Duration.ZERO,
        Optional.empty());
  }

  /** The same on another address. */
  public Endpoint withAddress(InetAddress other) {
    return new Endpoint(other, ports, limits, idleTimeout, tls);
  }

  /** The same with another port for the first node. */
  public Endpoint withPort(int first) {
    return withPorts(List.of(first));
  }

  /** The same with a port for each node; those that are not named have any free port. */
  public Endpoint withPorts(List<Integer> ofNodes) {
    return new Endpoint(address, ofNodes, limits, idleTimeout, tls);
  }

  /** The same with other limits. */
  public Endpoint withLimits(EndpointLimits refused) {
    return new Endpoint(address, ports, refused, idleTimeout, tls);
  }

  /** The same, closing connections that are silent for so long. */
  public Endpoint withIdleTimeout(Duration time) {
    return new Endpoint(address, ports, limits, time, tls);
  }

  /** The same, encrypted. */
  public Endpoint withTls(Tls certificate) {
    return new Endpoint(address, ports, limits, idleTimeout, Optional.of(certificate));
  }

  /** Where the node at this place among the nodes listens. */
  InetSocketAddress addressOf(int place) {
    return new InetSocketAddress(address, portOf(place));
  }

  private int portOf(int place) {
    if (ports.size() > 1) {
      return place < ports.size() ? ports.get(place) : 0;
    }
    return ports.get(0) == 0 ? 0 : ports.get(0) + place;
  }
}
