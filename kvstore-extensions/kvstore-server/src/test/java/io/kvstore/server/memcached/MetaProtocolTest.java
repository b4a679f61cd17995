package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.server.RawClient;
import io.kvstore.server.Served;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The meta commands, as their description says it. */
class MetaProtocolTest {
  private static Served served;
  private RawClient client;

  @BeforeAll
  static void serve() {
    served = Served.at(Consistency.LINEARIZABLE);
  }

  @AfterAll
  static void close() {
    served.close();
  }

  @BeforeEach
  void connect() {
    client = served.client(0);
    client.say("flush_all\r\n");
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  private void says(String request, String answer) {
    assertThat(client.say(request)).as(request).isEqualTo(answer);
  }

  private String uniqueOf(String key) {
    String answer = client.say("mg " + key + " c u\r\n");
    return answer.substring("HD c".length()).split("[ \r]", 2)[0];
  }

  @Test
  void flagsAreAnsweredInTheOrderInWhichTheyWereAsked() {
    says("ms k 5 F7 T100 k Oabc\r\nhello\r\n", "HD kk Oabc\r\n");
    says("mg k t f s k Oxyz v\r\n", "VA 5 t100 f7 s5 kk Oxyz\r\nhello\r\n");
    says("mg k s v t\r\n", "VA 5 s5 t100\r\nhello\r\n");
    says("mg missing k Oxyz v\r\n", "EN kmissing Oxyz\r\n");
    says("mg k\r\n", "HD\r\n");
  }

  @Test
  void quietModeHidesWhatIsExpected() {
    says("mg k v q\r\nms k 1 q\r\nx\r\nmg k v q\r\nmd k q\r\n", "VA 1\r\nx\r\n");
    says("md k q\r\n", "NF\r\n");
    says("ms k 1 ME q\r\nx\r\nms k 1 ME q\r\ny\r\n", "NS\r\n");
    says("ms k 1 q\r\nxx\r\n", "CLIENT_ERROR bad data chunk\r\nERROR\r\n");
  }

  @Test
  void keysInBase64MayHoldAnyByte() {
    says("ms AAEC/w== 1 b k\r\nx\r\n", "HD kAAEC/w== b\r\n");
    says("mg AAEC/w== b k v\r\n", "VA 1 kAAEC/w== b\r\nx\r\n");
    says("get \u0001\r\n", "END\r\n");
    says("ms Zm9v 1 b\r\ny\r\nget foo\r\n", "HD\r\nVALUE foo 0 1\r\ny\r\nEND\r\n");
    says("md Zm9v b k\r\n", "HD kZm9v b\r\n");
    says("mg Zm9 b\r\n", "CLIENT_ERROR error decoding key\r\n");
  }

  @Test
  void theModesOfSetAreTheClassicCommands() {
    says("ms k 1 MR\r\nx\r\nms k 1 MA\r\nx\r\n", "NS\r\nNS\r\n");
    says("ms k 1 ME\r\nb\r\nms k 1 ME\r\nx\r\n", "HD\r\nNS\r\n");
    says("ms k 1 MA\r\nc\r\nms k 1 MP\r\na\r\nmg k v\r\n", "HD\r\nHD\r\nVA 3\r\nabc\r\n");
    says("ms k 1 MX\r\nx\r\n", "CLIENT_ERROR invalid mode for ms M token\r\n");
  }

  @Test
  void aUniqueThatIsWrongChangesNothing() {
    says("ms k 1 C5\r\nx\r\n", "NF\r\n");
    says("ms k 1\r\na\r\n", "HD\r\n");
    String unique = uniqueOf("k");
    says("ms k 1 C" + unique + "\r\nb\r\n", "HD\r\n");
    says("ms k 1 C" + unique + "\r\nc\r\n", "EX\r\n");
    says("md k C" + unique + "\r\n", "EX\r\n");
    says("mg k v\r\n", "VA 1\r\nb\r\n");
    says("md k C" + uniqueOf("k") + "\r\n", "HD\r\n");
  }

  @Test
  void oneClientWinsTheRightToFillAMissingItem() {
    says("mg k s v N30 t\r\n", "VA 0 s0 t30 W\r\n\r\n");
    says("mg k s v N30\r\n", "VA 0 s0 Z\r\n\r\n");
    says("ms k 1\r\nx\r\nmg k v N30\r\n", "HD\r\nVA 1\r\nx\r\n");
  }

  @Test
  void oneClientWinsTheRightToRefreshAnItemBeforeItsTime() {
    says("ms k 1 T30\r\nx\r\n", "HD\r\n");
    says("mg k v R20\r\n", "VA 1\r\nx\r\n");
    says("mg k v R60\r\n", "VA 1 W\r\nx\r\n");
    says("mg k v R60\r\n", "VA 1 Z\r\nx\r\n");
  }

  @Test
  void anItemThatIsInvalidatedIsStaleUntilItIsSetAnew() {
    says("ms k 1\r\nx\r\n", "HD\r\n");
    String before = uniqueOf("k");
    says("md k I T30\r\n", "HD\r\n");
    says("mg k v t\r\n", "VA 1 t30 X W\r\nx\r\n");
    says("mg k v\r\n", "VA 1 Z X\r\nx\r\n");
    says("ms k 1 C" + before + "\r\ny\r\n", "EX\r\n");
    says("ms k 1 I C" + before + "\r\ny\r\n", "HD\r\n");
    says("mg k v\r\n", "VA 1 Z X\r\ny\r\n");
    says("ms k 1 C" + uniqueOf("k") + "\r\nz\r\nmg k v\r\n", "HD\r\nVA 1\r\nz\r\n");
  }

  @Test
  void aSecondNodeKnowsThatTheFirstHasLetAClientWin() {
    try (RawClient other = served.client(1)) {
      says("ms k 1\r\nx\r\nmd k I\r\nmg k v\r\n", "HD\r\nHD\r\nVA 1 X W\r\nx\r\n");
      assertThat(other.say("mg k v\r\n")).isEqualTo("VA 1 Z X\r\nx\r\n");
    }
  }

  @Test
  void whetherAnItemWasHitBeforeIsKnown() {
    says("ms k 1\r\nx\r\n", "HD\r\n");
    says("mg k h u\r\nmg k h\r\nmg k h l\r\n", "HD h0\r\nHD h0\r\nHD h1 l0\r\n");
    says("ms k 1\r\ny\r\nmg k h\r\n", "HD\r\nHD h0\r\n");
  }

  @Test
  void arithmeticCountsAndMayBegin() {
    says("ma n\r\n", "NF\r\n");
    says("ma n N0 J13 v t\r\n", "VA 2 t-1\r\n13\r\n");
    says("ma n v\r\nma n D5 v\r\nma n MD v\r\n", "VA 2\r\n14\r\nVA 2\r\n19\r\nVA 2\r\n18\r\n");
    says("ma n M- D99 v T30 t\r\n", "VA 1 t30\r\n0\r\n");
    says("ma n C1\r\n", "EX\r\n");
    says("ma n q\r\n", "");
    says("ma n Mx\r\n", "CLIENT_ERROR invalid mode for ma M token\r\n");
    says(
        "ms x 1\r\nx\r\nma x q\r\n",
        "HD\r\nCLIENT_ERROR cannot increment or decrement non-numeric value\r\n");
  }

  @Test
  void aTouchByMetaGetKeepsTheUnique() {
    says("ms k 1\r\nx\r\n", "HD\r\n");
    String unique = uniqueOf("k");
    says("mg k T30 t\r\n", "HD t30\r\n");
    says("mg k t T100\r\n", "HD t30\r\n");
    says("mg k t\r\n", "HD t100\r\n");
    says("ms k 1 C" + unique + "\r\ny\r\n", "HD\r\n");
  }

  @Test
  void debugTellsWhatIsKnownOfAnItem() {
    says("me k\r\n", "EN\r\n");
    says("ms k 2 F5 T100\r\nab\r\n", "HD\r\n");
    String unique = uniqueOf("k");
    says("me k\r\n", "ME k exp=-100 la=0 cas=" + unique + " fetch=no cls=1 size=66\r\n");
  }

  @Test
  void flagsThatAreWrongAreNamed() {
    says("mg k v v\r\n", "CLIENT_ERROR duplicate flag\r\n");
    says("mg k !\r\n", "CLIENT_ERROR invalid flag\r\n");
    says("mg k Tx\r\n", "CLIENT_ERROR bad token in command line format\r\n");
    says("mg k O" + "o".repeat(32) + "\r\n", "CLIENT_ERROR opaque token too long\r\n");
    says("mg " + "k".repeat(251) + "\r\n", "CLIENT_ERROR bad command line format\r\n");
    says("ms k x\r\n", "CLIENT_ERROR bad command line format\r\n");
    says("ms k 1 S\r\nx\r\nversion\r\n", "CLIENT_ERROR invalid flag\r\nVERSION 1.6.18\r\n");
    says("md k !\r\n", "CLIENT_ERROR invalid or duplicate flag\r\n");
    says("mg\r\nms\r\nmd\r\nma\r\nmx\r\n", "ERROR\r\n".repeat(5));
  }
}
