package io.kvstore.server;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a store is served over HTTP.
 *
 * @param endpoint where, and what is refused
 * @param bodyBytes the longest body of a request
 * @param token what clients must show, as {@code Authorization: Bearer}; empty asks for nothing
 * @param names under which number and address nodes are known in views; those that are not named
 *     have their own number plus one, and the address at which they listen
 * @param viewsFromOutside whether nodes are in no view until one is set with {@code PUT /view}, for
 *     stores whose failover is by hand
 * @param allowedHosts which names besides {@code localhost} and those of the nodes a request may
 *     have in its header {@code Host} when no token is asked for; {@code *} is any. Addresses in
 *     numbers are allowed
 */
public record Http(
    Endpoint endpoint,
    int bodyBytes,
    Optional<String> token,
    Map<NodeId, Name> names,
    boolean viewsFromOutside,
    Set<String> allowedHosts) {
  private static final int DEFAULT_BODY_BYTES = 8 << 20;

  /**
   * What a node is called in views.
   *
   * @param id its number: the smallest in a view is the primary
   * @param address its address, host and port; empty is the one at which it listens
   */
  public record Name(long id, Optional<String> address) {}

  /** Copies the names, and checks the limit. */
  public Http {
    requireNonNull(endpoint, "endpoint");
    requireNonNull(token, "token");
    names = Map.copyOf(names);
    allowedHosts = Set.copyOf(allowedHosts);
    if (bodyBytes < 1) {
      throw new IllegalArgumentException("bodyBytes must be at least 1, not " + bodyBytes);
    }
    if (token.filter(String::isBlank).isPresent()) {
      throw new IllegalArgumentException("a token must not be blank");
    }
  }

  /** On any free port of this machine alone, for all clients. */
  public static Http onLoopback() {
    return on(Endpoint.loopback());
  }

  /** At this endpoint, for all clients, with bodies of up to 8 MiB. */
  public static Http on(Endpoint endpoint) {
    return new Http(endpoint, DEFAULT_BODY_BYTES, Optional.empty(), Map.of(), false, Set.of());
  }

  /** The same, for those only who know this token. */
  public Http withToken(String secret) {
    return new Http(
        endpoint, bodyBytes, Optional.of(secret), names, viewsFromOutside, allowedHosts);
  }

  /** The same with another longest body. */
  public Http withBodyBytes(int bytes) {
    return new Http(endpoint, bytes, token, names, viewsFromOutside, allowedHosts);
  }

  /** The same, but a node is known by this name. */
  public Http withName(NodeId node, Name name) {
    Map<NodeId, Name> more = new LinkedHashMap<>(names);
    more.put(node, name);
    return new Http(endpoint, bodyBytes, token, more, viewsFromOutside, allowedHosts);
  }

  /** The same, but nodes are in no view until one is set. */
  public Http withViewsFromOutside() {
    return new Http(endpoint, bodyBytes, token, names, true, allowedHosts);
  }

  /** The same, but requests may also name these hosts. */
  public Http withAllowedHosts(Collection<String> hosts) {
    return new Http(endpoint, bodyBytes, token, names, viewsFromOutside, Set.copyOf(hosts));
  }
}
