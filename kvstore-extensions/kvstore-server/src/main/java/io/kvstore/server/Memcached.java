package io.kvstore.server;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a store is served to memcached's clients.
 *
 * @param endpoint where, and what is refused
 * @param version what {@code version} answers; clients expect numbers parted by dots
 * @param lenient whether {@code set <key> <bytes>} without flags and expiry is understood
 * @param authenticationFile the users and passwords, a line {@code user:password} for each; empty
 *     asks for none
 */
public record Memcached(
    Endpoint endpoint, String version, boolean lenient, Optional<Path> authenticationFile) {
  private static final Pattern NUMBERS = Pattern.compile("\\d+\\.\\d+\\.\\d+");

  /** Checks the version. */
  public Memcached {
    requireNonNull(endpoint, "endpoint");
    requireNonNull(authenticationFile, "authenticationFile");
    if (!NUMBERS.matcher(version).matches()) {
      throw new IllegalArgumentException("a version is like 1.6.18, not " + version);
    }
  }

  /** On any free port of this machine alone, like memcached 1.6.18. */
  public static Memcached onLoopback() {
    return on(Endpoint.loopback());
  }

  /** At this endpoint, like memcached 1.6.18. */
  public static Memcached on(Endpoint endpoint) {
    return new Memcached(endpoint, "1.6.18", false, Optional.empty());
  }

  /** The same, but it calls itself by another version. */
  public Memcached withVersion(String numbers) {
    return new Memcached(endpoint, numbers, lenient, authenticationFile);
  }

  /** The same, but {@code set <key> <bytes>} is understood. */
  public Memcached withLenientSet() {
    return new Memcached(endpoint, version, true, authenticationFile);
  }

  /** The same, for the users in this file only. */
  public Memcached withAuthenticationFile(Path file) {
    return new Memcached(endpoint, version, lenient, Optional.of(file));
  }
}
