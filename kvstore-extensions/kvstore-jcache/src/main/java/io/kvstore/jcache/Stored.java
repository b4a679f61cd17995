package io.kvstore.jcache;

import io.kvstore.Bytes;
import java.time.Instant;
import java.util.Optional;

/**
 * An entry as it was read.
 *
 * @param value its value, still encoded
 * @param version the version that a write must find to be applied to this entry and no later one
 * @param isRetained whether the store keeps it for a while after it has expired
 * @param expiresAt when it expires for the cache, if ever
 */
record Stored(Bytes value, long version, boolean isRetained, Optional<Instant> expiresAt) {
  boolean isExpired() {
    return expiresAt.isPresent() && !Instant.now().isBefore(expiresAt.get());
  }
}
