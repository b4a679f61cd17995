package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code stats detail} counts: requests by the part of the key before the first colon. Off
 * until a client turns it on; prefixes beyond the limit are not counted.
 */
final class PrefixStatistics {
  private static final int PREFIXES_LIMIT = 10_000;
  private static final byte DELIMITER = ':';

  private static final class Counts {
    private long gets;
    private long hits;
    private long sets;
    private long deletes;
  }

  private final Map<Bytes, Counts> byPrefix = new TreeMap<>();
  private volatile boolean isOn;

  void turn(boolean on) {
    isOn = on;
  }

  boolean isOn() {
    return isOn;
  }

  void got(Bytes key, boolean isHit) {
    if (isOn) {
      synchronized (byPrefix) {
        Counts counts = of(key);
        counts.gets++;
        counts.hits += isHit ? 1 : 0;
      }
    }
  }

  void set(Bytes key) {
    if (isOn) {
      synchronized (byPrefix) {
        of(key).sets++;
      }
    }
  }

  void deleted(Bytes key) {
    if (isOn) {
      synchronized (byPrefix) {
        of(key).deletes++;
      }
    }
  }

  /** Where to count a key; a place that is never looked at when the key has no prefix. */
  private Counts of(Bytes key) {
    int length = 0;
    while (length < key.size() && key.at(length) != DELIMITER) {
      length++;
    }
    if (length == key.size()) {
      return new Counts();
    }
    Bytes prefix = Bytes.of(java.util.Arrays.copyOf(key.toArray(), length));
    Counts counts = byPrefix.get(prefix);
    if (counts == null) {
      counts = new Counts();
      if (byPrefix.size() < PREFIXES_LIMIT) {
        byPrefix.put(prefix, counts);
      }
    }
    return counts;
  }

  void reset() {
    synchronized (byPrefix) {
      byPrefix.clear();
    }
  }

  /** A line for each prefix. */
  Reply dump() {
    Map<Bytes, long[]> copy = new TreeMap<>();
    synchronized (byPrefix) {
      byPrefix.forEach(
          (prefix, counts) ->
              copy.put(prefix, new long[] {counts.gets, counts.hits, counts.sets, counts.deletes}));
    }
    return out -> {
      copy.forEach(
          (prefix, counts) ->
              out.text("PREFIX ")
                  .bytes(prefix)
                  .text(" get " + counts[0] + " hit " + counts[1])
                  .text(" set " + counts[2] + " del " + counts[3])
                  .endOfLine());
      Reply.END.writeTo(out);
    };
  }
}
