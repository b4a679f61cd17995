package io.kvstore.server.memcached;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What one node has counted since it started, or since {@code stats reset}. */
final class Statistics {
  /** What is counted, in the order in which it is listed, under memcached's names. */
  enum Count {
    CMD_GET,
    CMD_SET,
    CMD_FLUSH,
    CMD_TOUCH,
    CMD_META,
    GET_HITS,
    GET_MISSES,
    DELETE_MISSES,
    DELETE_HITS,
    INCR_MISSES,
    INCR_HITS,
    DECR_MISSES,
    DECR_HITS,
    CAS_MISSES,
    CAS_HITS,
    CAS_BADVAL,
    TOUCH_HITS,
    TOUCH_MISSES,
    STORE_TOO_LARGE,
    AUTH_CMDS,
    AUTH_ERRORS,
    BYTES_READ,
    BYTES_WRITTEN,
    TOTAL_ITEMS;

    String statistic() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Map<Count, LongAdder> counts = new EnumMap<>(Count.class);

  Statistics() {
    for (Count count : Count.values()) {
      counts.put(count, new LongAdder());
    }
  }

  void add(Count count) {
    add(count, 1);
  }

  void add(Count count, long number) {
    LongAdder adder = counts.get(count);
    if (adder != null) {
      adder.add(number);
    }
  }

  /** One of two counts. */
  void addEither(boolean isFirst, Count first, Count second) {
    add(isFirst ? first : second);
  }

  long get(Count count) {
    LongAdder adder = counts.get(count);
    return adder == null ? 0 : adder.sum();
  }

  void reset() {
    counts.values().forEach(LongAdder::reset);
  }
}
