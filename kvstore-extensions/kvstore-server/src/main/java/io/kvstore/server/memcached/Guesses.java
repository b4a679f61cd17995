package io.kvstore.server.memcached;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How often clients at an address have failed to log in, and how long the next attempt from there
 * is to take: nothing after a few failures, then twice as long with each, up to two seconds. Each
 * ten seconds take away half of the failures. Of an address of IPv6, the half counts that is not
 * the client's to choose.
 */
final class Guesses {
  private static final int MOST_ADDRESSES = 10_000;
  private static final int FREE = 8;
  private static final int MOST_FAILURES = 1_024;
  private static final long FIRST_MILLIS = 25;
  private static final long LONGEST_MILLIS = 2_000;
  private static final long HALVED_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int BYTES_OF_NETWORK = 8;

  private record Failures(int number, long at) {}

  private final LongSupplier nanoTime;
  private final Map<String, Failures> byAddress =
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  Guesses(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** How long an attempt from there takes at least, after so many failures of its connection. */
  long delayMillis(InetAddress from, int failuresOfConnection) {
    return Math.max(delay(failuresOfConnection), delay(failuresAt(from) - FREE));
  }

  private static long delay(int failures) {
    return failures <= 0 ? 0 : Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures - 1, 30));
  }

  private synchronized int failuresAt(InetAddress from) {
    Failures known = byAddress.get(networkOf(from));
    return known == null ? 0 : left(known);
  }

  private int left(Failures known) {
    long halvings = (nanoTime.getAsLong() - known.at()) / HALVED_AFTER_NANOS;
    return halvings >= Integer.SIZE ? 0 : known.number() >> halvings;
  }

  /** An attempt from there has failed. */
  synchronized void failed(InetAddress from) {
    String network = networkOf(from);
    Failures known = byAddress.get(network);
    int number = known == null ? 0 : left(known);
    byAddress.put(network, new Failures(Math.min(MOST_FAILURES, number + 1), nanoTime.getAsLong()));
  }

  private static String networkOf(InetAddress address) {
    byte[] bytes = address.getAddress();
    return Arrays.toString(
        bytes.length <= BYTES_OF_NETWORK ? bytes : Arrays.copyOf(bytes, BYTES_OF_NETWORK));
  }
}
