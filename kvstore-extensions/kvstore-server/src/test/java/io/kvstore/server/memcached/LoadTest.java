package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.server.Served;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Pipelined load from many connections, beside a real memcached in the same run. {@code
 * -Dkvstore.load=60000 -Dkvstore.connections=1000} is a minute of a thousand; the figures are
 * printed.
 */
class LoadTest {
  private static final Duration TIME = Duration.ofMillis(Integer.getInteger("kvstore.load", 500));
  private static final int CONNECTIONS = Integer.getInteger("kvstore.connections", 200);
  private static final int PIPELINED = 16;

  private static long measure(InetSocketAddress address, boolean reads) throws IOException {
    try (LoadGenerator load = new LoadGenerator(address, CONNECTIONS, PIPELINED, reads)) {
      load.run(TIME.dividedBy(4)); // to warm up
      return load.run(TIME);
    }
  }

  @ParameterizedTest
  @EnumSource(Consistency.class)
  void everyRequestUnderLoadIsAnswered(Consistency level) throws IOException {
    try (Served served = Served.at(level)) {
      for (boolean reads : new boolean[] {false, true}) {
        long rate = measure(served.address(0), reads);
        print(level.name(), reads, rate);
        assertThat(rate).isPositive();
      }
    }
  }

  @Test
  void memcachedItselfForComparison() throws IOException {
    try (ReferenceMemcached memcached = ReferenceMemcached.start()) {
      for (boolean reads : new boolean[] {false, true}) {
        print("memcached -t 2", reads, measure(memcached.address(), reads));
      }
    }
  }

  private static void print(String who, boolean reads, long rate) {
    System.out.printf("%-16s %s %,10d/s%n", who, reads ? "get" : "set", rate);
  }
}
