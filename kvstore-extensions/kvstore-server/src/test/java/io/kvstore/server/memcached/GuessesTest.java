package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long an attempt to log in takes. */
final class GuessesTest {
  private long now;
  private final Guesses guesses = new Guesses(() -> now);

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  private void fail(String from, int times) throws UnknownHostException {
    for (int i = 0; i < times; i++) {
      guesses.failed(address(from));
    }
  }

  @Test
  void eachFailureOfAConnectionDoublesItsDelayUpToTwoSeconds() throws Exception {
    InetAddress from = address("10.0.0.1");
    assertThat(guesses.delayMillis(from, 0)).isZero();
    assertThat(guesses.delayMillis(from, 1)).isEqualTo(25);
    assertThat(guesses.delayMillis(from, 2)).isEqualTo(50);
    assertThat(guesses.delayMillis(from, 1_000_000)).isEqualTo(2_000);
  }

  @Test
  void failuresOfAnAddressDelayItsNewConnectionsAndNoOthers() throws Exception {
    fail("10.0.0.1", 8);
    assertThat(guesses.delayMillis(address("10.0.0.1"), 0)).isZero();
    fail("10.0.0.1", 2);
    assertThat(guesses.delayMillis(address("10.0.0.1"), 0)).isEqualTo(50);
    assertThat(guesses.delayMillis(address("10.0.0.2"), 0)).isZero();
  }

  @Test
  void failuresAreForgottenWithTime() throws Exception {
    fail("10.0.0.1", 2_000);
    assertThat(guesses.delayMillis(address("10.0.0.1"), 0)).isEqualTo(2_000);
    now += TimeUnit.SECONDS.toNanos(100);
    assertThat(guesses.delayMillis(address("10.0.0.1"), 0)).isZero();
  }

  @Test
  void aNetworkOfIpv6IsOneAddress() throws Exception {
    fail("2001:db8::1", 10);
    assertThat(guesses.delayMillis(address("2001:db8::2"), 0)).isPositive();
    assertThat(guesses.delayMillis(address("2001:db8:0:1::1"), 0)).isZero();
  }
}
