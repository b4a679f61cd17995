package io.kvstore.core.simulation;

import io.kvstore.Versioned;
import java.util.Optional;

/**
 * What a client saw under a key.
 *
 * @param version its version, or {@link #UNTOLD}
 */
record Seen(String value, long version) {
  static final long UNTOLD = -1;

  static Optional<Seen> of(Optional<Versioned<String>> versioned) {
    return versioned.map(each -> new Seen(each.value(), each.version()));
  }

  @Override
  public String toString() {
    return version == UNTOLD ? value : value + "@" + version;
  }
}
