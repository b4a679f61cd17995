package io.kvstore.server;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a protocol is served and what its clients may take: what all protocols have in common.
 *
 * @param address the address to listen on
 * @param port the port of the first node; the next node has the next one. 0 gives each node any
 *     free port
 * @param limits what is refused
 * @param idleTimeout how long a connection may be silent before it is closed; zero is for ever
 * @param tls the certificate and key, when connections are to be encrypted
 */
public record Endpoint(
    InetAddress address, int port, EndpointLimits limits, Duration idleTimeout, Optional<Tls> tls) {
  private static final int HIGHEST_PORT = 65_535;

  /** Checks the port and the time. */
  public Endpoint {
    requireNonNull(address, "address");
    requireNonNull(limits, "limits");
    requireNonNull(tls, "tls");
    if (port < 0 || port > HIGHEST_PORT) {
      throw new IllegalArgumentException("a port is from 0 to " + HIGHEST_PORT + ", not " + port);
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
        0,
        EndpointLimits.DEFAULT,
        Duration.ZERO,
        Optional.empty());
  }

  /** The same on another address. */
  public Endpoint withAddress(InetAddress other) {
    return new Endpoint(other, port, limits, idleTimeout, tls);
  }

  /** The same with another port for the first node. */
  public Endpoint withPort(int first) {
    return new Endpoint(address, first, limits, idleTimeout, tls);
  }

  /** The same with other limits. */
  public Endpoint withLimits(EndpointLimits refused) {
    return new Endpoint(address, port, refused, idleTimeout, tls);
  }

  /** The same, closing connections that are silent for so long. */
  public Endpoint withIdleTimeout(Duration time) {
    return new Endpoint(address, port, limits, time, tls);
  }

  /** The same, encrypted. */
  public Endpoint withTls(Tls certificate) {
    return new Endpoint(address, port, limits, idleTimeout, Optional.of(certificate));
  }

  /** Where the node at this place among the nodes listens. */
  InetSocketAddress addressOf(int place) {
    return new InetSocketAddress(address, port == 0 ? 0 : port + place);
  }
}
