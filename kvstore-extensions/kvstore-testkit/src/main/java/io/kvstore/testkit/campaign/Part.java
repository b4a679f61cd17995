package io.kvstore.testkit.campaign;

import io.kvstore.Scan;

/**
 * A part of all keys, in their order.
 *
 * @param from the first; empty for the first of all
 * @param to what comes after the last; empty if nothing does
 */
record Part(String from, String to) {
  static final Part ALL = new Part("", "");

  Scan<String> scan() {
    if (from.isEmpty()) {
      return to.isEmpty() ? Scan.all() : Scan.<String>all().until(to);
    }
    return to.isEmpty() ? Scan.from(from) : Scan.range(from, to);
  }

  boolean covers(String key) {
    return key.compareTo(from) >= 0 && (to.isEmpty() || key.compareTo(to) < 0);
  }

  /** What is said after what watches or lists it; nothing if it is all. */
  @Override
  public String toString() {
    return equals(ALL) ? "" : " of [" + from + ", " + to + ")";
  }
}
