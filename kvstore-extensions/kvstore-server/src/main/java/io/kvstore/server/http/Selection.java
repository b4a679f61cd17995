package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.Item;
import io.kvstore.Scan;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The keys that the parameters of a request ask for, and how many of them. */
record Selection(Bytes first, Optional<Bytes> end, int limit) {
  /** Those that an address has. */
  static Selection of(Target target, Set<String> parameters) {
    for (String each : target.parameters().keySet()) {
      if (!parameters.contains(each)) {
        throw Refusal.malformed("there is no parameter '" + each + "'");
      }
    }
    Bytes prefix = target.parameter("prefix", true).map(Bytes::of).orElse(Bytes.EMPTY);
    Bytes from = target.parameter("from", true).map(Bytes::of).orElse(Bytes.EMPTY);
    Optional<Bytes> after = target.parameter("after", true).map(Bytes::of);
    Bytes first = prefix.compareTo(from) < 0 ? from : prefix;
    if (after.isPresent() && first.compareTo(after.get()) <= 0) {
      first = next(after.get());
    }
    Optional<Bytes> end = target.parameter("to", true).map(Bytes::of);
    Bytes behind = prefix.afterPrefix();
    if (!behind.isEmpty() && (end.isEmpty() || behind.compareTo(end.get()) < 0)) {
      end = Optional.of(behind);
    }
    int limit = number(target, "limit").orElse(Integer.MAX_VALUE);
    return new Selection(first, end, limit);
  }

  /** A parameter that counts something. */
  static Optional<Integer> number(Target target, String name) {
    return target.parameter(name, false).map(text -> number(name, text));
  }

  private static int number(String name, String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException malformed) {
      // Said below.
    }
    throw Refusal.malformed("'" + name + "' must be a number from 1 on");
  }

  /** All of them. */
  Scan<Bytes> scan() {
    Scan<Bytes> scan = Scan.from(first);
    return end.isPresent() ? scan.until(end.get()) : scan;
  }

  /** The first of them. */
  Scan<Bytes> page(int entries) {
    return scan().limit(Math.min(entries, limit));
  }

  /** The rest of them, after a page. */
  Selection after(List<Item<Bytes, Bytes>> page) {
    Bytes last = page.get(page.size() - 1).key();
    return new Selection(next(last), end, limit - page.size());
  }

  /** The first of all keys after a key. */
  private static Bytes next(Bytes key) {
    return key.concat(Bytes.of((byte) 0));
  }
}
