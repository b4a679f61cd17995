package io.kvstore.server;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.OptionTexts.Port;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a store is served: where, to whom, and within which limits. */
final class ServeOptions {
  @Option(
      names = "--http",
      paramLabel = "PORT",
      defaultValue = "8081",
      description =
          "The HTTP port of the first node; the next node has the next one. 0 is any free port,"
              + " off is none (${DEFAULT-VALUE}).")
  private Port http = new Port(0);

  @Option(
      names = "--memcached",
      paramLabel = "PORT",
      defaultValue = "11211",
      description = "The same for memcached's clients (${DEFAULT-VALUE}).")
  private Port memcached = new Port(0);

  @Option(
      names = "--admin",
      paramLabel = "PORT",
      defaultValue = OptionTexts.OFF,
      description =
          "The port of the administration address, on this machine alone. 0 is any free port"
              + " (${DEFAULT-VALUE}).")
  private Port admin = new Port(-1);

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "The address to listen on; 0.0.0.0 is all of them (${DEFAULT-VALUE}).")
  private InetAddress bind = InetAddress.getLoopbackAddress();

  @Option(
      names = "--advertise",
      paramLabel = "ID=HOST:PORT",
      split = ",",
      description =
          "Under which number and address each node is known in views, in the order of the nodes"
              + " (1, 2, … and where it listens). With --engine ratis: the number in the name of"
              + " each member, and its address for HTTP.")
  private List<String> advertise = List.of();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file with the bearer token that HTTP clients must show (none).")
  private @Nullable Path tokenFile;

  @Option(
      names = "--allowed-hosts",
      paramLabel = "NAME",
      split = ",",
      description =
          "Which names a request without a token may have as its Host, besides localhost, addresses"
              + " in numbers, and the names in --advertise; * is any (none).")
  private List<String> allowedHosts = List.of();

  @Option(
      names = "--memcached-users",
      paramLabel = "FILE",
      description = "A file with lines 'user:password' for memcached's clients (none).")
  private @Nullable Path memcachedUsers;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "The certificate chain to show, in PEM; needs --tls-key (no encryption).")
  private @Nullable Path tlsCertificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, in PEM.")
  private @Nullable Path tlsKey;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      description =
          "The certificates that may vouch for clients, in PEM: at every port, who shows none that"
              + " they have signed is refused; needs --tls-cert (clients show none).")
  private @Nullable Path tlsClientAuthorities;

  @Option(
      names = "--max-connections",
      paramLabel = "NUMBER",
      defaultValue = "10000",
      description = "Most connections at once, for each port (${DEFAULT-VALUE}).")
  private int maxConnections;

  @Option(
      names = "--max-body-bytes",
      paramLabel = "BYTES",
      defaultValue = "8388608",
      description = "The longest body of an HTTP request (${DEFAULT-VALUE}).")
  private int maxBodyBytes;

  @Option(
      names = "--max-pipelined",
      paramLabel = "NUMBER",
      defaultValue = "256",
      description = "Most requests of a connection that await answers (${DEFAULT-VALUE}).")
  private int maxPipelined;

  @Option(
      names = "--idle-timeout",
      paramLabel = "TIME",
      defaultValue = "0s",
      description = "When a silent connection is closed; 0s is never (${DEFAULT-VALUE}).")
  private Duration idleTimeout = Duration.ZERO;

  @Option(
      names = "--threads",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "Threads that serve connections; 0 is one for each processor.")
  private int threads;

  @Option(
      names = "--lenient",
      description = "Understand memcached's 'set <key> <bytes>' without flags and expiry.")
  private boolean lenient;

  /** Checks that these options and those of the store make sense together. */
  void requireSenseWith(StoreOptions store) {
    if (http.isOff() && memcached.isOff()) {
      throw new IllegalArgumentException("--http and --memcached are both off: nothing to serve");
    }
    if ((tlsCertificate == null) != (tlsKey == null)) {
      throw new IllegalArgumentException("--tls-cert and --tls-key need each other");
    }
    if (tlsClientAuthorities != null && tlsCertificate == null) {
      throw new IllegalArgumentException("--tls-client-ca needs --tls-cert and --tls-key");
    }
    if (store.hasViewsFromOutside() && http.isOff()) {
      throw new IllegalArgumentException("--views external needs --http, where views are set");
    }
    requirePortsApart(store);
    if (!store.isOneMember() && advertise.size() > store.nodes()) {
      throw new IllegalArgumentException(
          "--advertise names " + advertise.size() + " nodes, but there are " + store.nodes());
    }
  }

  /**
   * A port that two options name would be refused when it is opened for the second, and not say so.
   */
  private void requirePortsApart(StoreOptions store) {
    int each = store.isOneMember() ? 1 : store.nodes();
    requireApart("--http", http, each, "--memcached", memcached, each);
    if (bind.isAnyLocalAddress() || bind.isLoopbackAddress()) {
      requireApart("--http", http, each, "--admin", admin, 1);
      requireApart("--memcached", memcached, each, "--admin", admin, 1);
    }
  }

  private static void requireApart(
      String one, Port first, int ports, String other, Port second, int others) {
    boolean areGiven = first.number() > 0 && second.number() > 0;
    int shared = Math.max(first.number(), second.number());
    if (areGiven && shared < Math.min(first.number() + ports, second.number() + others)) {
      throw new IllegalArgumentException(
          String.format(
              "%s %s and %s %s name port %d twice: a node has a port of its own for each",
              one, range(first, ports), other, range(second, others), shared));
    }
  }

  private static String range(Port first, int ports) {
    return first.number() + (ports == 1 ? "" : " to " + (first.number() + ports - 1));
  }

  /** Opens the ports of a store. */
  Server start(KVStore<Bytes, Bytes> store, StoreOptions storeOptions) {
    Server.Builder server = Server.over(store);
    storeOptions.onlyNode().ifPresent(server::only);
    if (!memcached.isOff()) {
      server.memcached(memcached(storeOptions));
    }
    if (!http.isOff()) {
      server.http(http(storeOptions));
    }
    if (!admin.isOff()) {
      server.administration(
          forClients(Http.on(encrypted(Endpoint.loopback().withPort(admin.number())))));
    }
    if (threads > 0) {
      server.threads(threads);
    }
    return server.start();
  }

  private Endpoint endpoint(Port port, StoreOptions store) {
    EndpointLimits limits =
        EndpointLimits.DEFAULT
            .withConnections(maxConnections)
            .withKeyBytes(store.maxKeyBytes())
            .withValueBytes(store.maxValueBytes())
            .withPipelined(maxPipelined);
    return encrypted(
        Endpoint.loopback()
            .withAddress(bind)
            .withPort(port.number())
            .withLimits(limits)
            .withIdleTimeout(idleTimeout));
  }

  private Endpoint encrypted(Endpoint endpoint) {
    return tlsCertificate == null || tlsKey == null
        ? endpoint
        : endpoint.withTls(
            new Tls(tlsCertificate, tlsKey, Optional.ofNullable(tlsClientAuthorities)));
  }

  private Memcached memcached(StoreOptions store) {
    Memcached options = Memcached.on(endpoint(memcached, store));
    if (lenient) {
      options = options.withLenientSet();
    }
    return memcachedUsers == null ? options : options.withAuthenticationFile(memcachedUsers);
  }

  private Http http(StoreOptions store) {
    Http options = forClients(Http.on(endpoint(http, store)).withBodyBytes(maxBodyBytes));
    for (int node = 0; node < advertise.size(); node++) {
      Http.Name name = name(advertise.get(node));
      options = options.withName(NodeId.of(store.isOneMember() ? (int) name.id() : node), name);
    }
    return store.hasViewsFromOutside() ? options.withViewsFromOutside() : options;
  }

  private static Http.Name name(String text) {
    int equals = text.indexOf('=');
    try {
      long id = Long.parseLong(equals < 0 ? text : text.substring(0, equals));
      return new Http.Name(
          id, equals < 0 ? Optional.empty() : Optional.of(text.substring(equals + 1)));
    } catch (NumberFormatException malformed) {
      throw new IllegalArgumentException(
          "--advertise: '" + text + "' is not like 1=10.0.0.1:8081", malformed);
    }
  }

  private Http forClients(Http options) {
    return withToken(options.withAllowedHosts(allowedHosts));
  }

  private Http withToken(Http options) {
    if (tokenFile == null) {
      return options;
    }
    try {
      String token = Files.readString(tokenFile, StandardCharsets.UTF_8).strip();
      if (token.isEmpty()) {
        throw new IllegalArgumentException("--token-file: " + tokenFile + " is empty");
      }
      return options.withToken(token);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(
          new IOException("--token-file: cannot read " + tokenFile, unreadable));
    }
  }
}
