package io.kvstore.testkit.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.core.trace.TraceEvent;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What tells one run from another: two that have the same have done the same.
 *
 * @param events how many there were
 * @param digest of their texts, in their order
 */
record TraceDigest(int events, String digest) {
  private static final int BYTES = 8;

  static TraceDigest of(List<TraceEvent> events) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      events.forEach(event -> digest.update((event + "\n").getBytes(UTF_8)));
      return new TraceDigest(events.size(), HexFormat.of().formatHex(digest.digest(), 0, BYTES));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JVM has SHA-256", missing);
    }
  }

  @Override
  public String toString() {
    return events + " events, digest " + digest;
  }
}
