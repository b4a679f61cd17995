package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.server.Eventually;
import io.kvstore.server.RawClient;
import io.kvstore.server.Served;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The classic text protocol, as its description says it. */
class ClassicProtocolTest {
  private static final String BAD_FORMAT = "CLIENT_ERROR bad command line format\r\n";
  private static final int MEBIBYTE = 1 << 20;

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
    String answer = client.say("gets " + key + "\r\n");
    String line = answer.substring(0, answer.indexOf('\r'));
    return line.substring(line.lastIndexOf(' ') + 1);
  }

  // Storage

  @Test
  void whatIsSetCanBeReadWithItsFlags() {
    says("set k 4294967295 0 5\r\nhello\r\n", "STORED\r\n");
    says("get k\r\n", "VALUE k 4294967295 5\r\nhello\r\nEND\r\n");
  }

  @Test
  void addStoresOnlyWhatIsNotThereAndReplaceOnlyWhatIs() {
    says("replace k 0 0 1\r\na\r\n", "NOT_STORED\r\n");
    says("add k 0 0 1\r\nb\r\n", "STORED\r\n");
    says("add k 0 0 1\r\nc\r\n", "NOT_STORED\r\n");
    says("replace k 0 0 1\r\nd\r\n", "STORED\r\n");
    says("get k\r\n", "VALUE k 0 1\r\nd\r\nEND\r\n");
  }

  @Test
  void appendAndPrependKeepFlagsAndExpiry() {
    says("append k 0 0 1\r\nx\r\n", "NOT_STORED\r\n");
    says("set k 7 100 1\r\nb\r\n", "STORED\r\n");
    says("append k 9 0 1\r\nc\r\n", "STORED\r\n");
    says("prepend k 9 0 1\r\na\r\n", "STORED\r\n");
    says("get k\r\n", "VALUE k 7 3\r\nabc\r\nEND\r\n");
    says("mg k t\r\n", "HD t100\r\n");
  }

  @Test
  void casStoresOnlyOverTheUniqueThatWasRead() {
    says("cas k 0 0 1 1\r\nx\r\n", "NOT_FOUND\r\n");
    says("set k 0 0 1\r\na\r\n", "STORED\r\n");
    String unique = uniqueOf("k");
    says("cas k 0 0 1 " + unique + "\r\nb\r\n", "STORED\r\n");
    says("cas k 0 0 1 " + unique + "\r\nc\r\n", "EXISTS\r\n");
    says("get k\r\n", "VALUE k 0 1\r\nb\r\nEND\r\n");
  }

  @Test
  void casWithATimeThatIsOverDeletes() {
    says("set k 0 0 1\r\na\r\n", "STORED\r\n");
    String unique = uniqueOf("k");
    says("cas k 0 -1 1 " + unique + "1\r\nx\r\n", "EXISTS\r\n");
    says("cas k 0 -1 1 " + unique + "\r\nx\r\n", "STORED\r\n");
    says("get k\r\n", "END\r\n");
  }

  @Test
  void aTouchKeepsTheUnique() {
    says("set k 0 0 1\r\na\r\n", "STORED\r\n");
    String unique = uniqueOf("k");
    says("touch k 100\r\n", "TOUCHED\r\n");
    assertThat(uniqueOf("k")).isEqualTo(unique);
    says("cas k 0 0 1 " + unique + "\r\nb\r\n", "STORED\r\n");
  }

  @Test
  void noreplySilencesEveryCommandThatWrites() {
    says("set a 0 0 1 noreply\r\n5\r\nadd b 0 0 1 noreply\r\nx\r\n", "");
    says("replace b 0 0 1 noreply\r\ny\r\nappend b 0 0 1 noreply\r\nz\r\n", "");
    says("prepend b 0 0 1 noreply\r\n_\r\ncas c 0 0 1 5 noreply\r\nx\r\n", "");
    says("incr a 3 noreply\r\ndecr a 1 noreply\r\ntouch a 100 noreply\r\n", "");
    says("delete c noreply\r\nverbosity 1 noreply\r\nflush_all 100 noreply\r\n", "");
    says("get a b c\r\n", "VALUE a 0 1\r\n7\r\nVALUE b 0 3\r\n_yz\r\nEND\r\n");
    says("flush_all 0 noreply\r\n", "");
    says("get a b c\r\n", "END\r\n");
  }

  // Retrieval

  @Test
  void aKeyNamedTwiceIsAnsweredTwice() {
    says("set k 0 0 1\r\na\r\n", "STORED\r\n");
    says("get k x k\r\n", "VALUE k 0 1\r\na\r\nVALUE k 0 1\r\na\r\nEND\r\n");
  }

  @Test
  void thousandsOfKeysFitOnOneLineOf200KiB() {
    StringBuilder line = new StringBuilder("get");
    StringBuilder expected = new StringBuilder();
    for (int i = 0; line.length() < 200 << 10; i++) {
      String key = "key-%0200d".formatted(i);
      if (i % 10 == 0) {
        client.say("set " + key + " 0 0 1\r\nv\r\n");
        expected.append("VALUE ").append(key).append(" 0 1\r\nv\r\n");
      }
      line.append(' ').append(key);
    }
    says(line.append("\r\n").toString(), expected.append("END\r\n").toString());
  }

  @Test
  void gatReadsAndTouches() {
    says("set k 3 0 1\r\na\r\n", "STORED\r\n");
    says("gat 100 k x\r\n", "VALUE k 3 1\r\na\r\nEND\r\n");
    says("mg k t\r\n", "HD t100\r\n");
    says("gats 200 k\r\n", "VALUE k 3 1 " + uniqueOf("k") + "\r\na\r\nEND\r\n");
    says("gat -1 k\r\n", "VALUE k 3 1\r\na\r\nEND\r\n");
    says("get k\r\n", "END\r\n");
  }

  @Test
  void keysAndValuesMayHoldAnyOtherBytes() {
    says("set k\u00e9\u00ff 0 0 6\r\n\0\r\n\u00ffx\n\r\n", "STORED\r\n");
    says("get k\u00e9\u00ff\r\n", "VALUE k\u00e9\u00ff 0 6\r\n\0\r\n\u00ffx\n\r\nEND\r\n");
  }

  @Test
  void linesMayEndInLineFeedAloneAndHaveMoreSpaces() {
    says("  set   k  0 0   1 \nx\r\n", "STORED\r\n");
    says(" get  k \n", "VALUE k 0 1\r\nx\r\nEND\r\n");
  }

  // Others

  @Test
  void deleteTakesATimeOfZeroOnly() {
    String usage = "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]\r\n";
    says("set k 0 0 1\r\na\r\n", "STORED\r\n");
    says("delete k 5\r\n", usage);
    says("delete k 0\r\n", "DELETED\r\n");
    says("delete k\r\n", "NOT_FOUND\r\n");
  }

  @Test
  void whatIsSetAfterFlushAllSurvives() {
    says("set a 0 0 1\r\na\r\n", "STORED\r\n");
    says("flush_all\r\n", "OK\r\n");
    says("set b 0 0 1\r\nb\r\n", "STORED\r\n");
    says("get a b\r\n", "VALUE b 0 1\r\nb\r\nEND\r\n");
  }

  @Test
  void aDelayedFlushTakesAwayWhatIsThereThen() {
    says("flush_all 1\r\n", "OK\r\n");
    says("set k 0 0 1\r\na\r\n", "STORED\r\n");
    says("get k\r\n", "VALUE k 0 1\r\na\r\nEND\r\n");
    Eventually.holds(() -> client.say("get k\r\n").equals("END\r\n"));
  }

  @Test
  void theSmallCommandsAnswerAsMemcachedDoes() {
    says("version\r\n", "VERSION 1.6.18\r\n");
    says("verbosity 2\r\n", "OK\r\n");
    says("shutdown\r\n", "ERROR: shutdown not enabled\r\n");
  }

  @Test
  void quitClosesTheConnectionAfterWhatCameBefore() {
    client.send("set k 0 0 1\r\na\r\nget k\r\nquit\r\nget k\r\n");
    assertThat(client.readUntil("<nothing>"))
        .isEqualTo("STORED\r\nVALUE k 0 1\r\na\r\nEND\r\n<closed>");
  }

  // Times

  @Test
  void timesAreRelativeUpToThirtyDaysAndAbsoluteAbove() {
    long now = Instant.now().getEpochSecond();
    says("set a 0 2592000 1\r\na\r\nmg a t\r\n", "STORED\r\nHD t2592000\r\n");
    says("set b 0 2592001 1\r\nb\r\nget b\r\n", "STORED\r\nEND\r\n");
    says("set c 0 " + (now - 10) + " 1\r\nc\r\nget c\r\n", "STORED\r\nEND\r\n");
    client.say("set d 0 " + (now + 5_000) + " 1\r\nd\r\n");
    assertThat(client.say("mg d t\r\n")).matches("HD t(4999|5000)\r\n");
    says("set e 0 -1 1\r\ne\r\nget e\r\n", "STORED\r\nEND\r\n");
    says("set f 0 0 1\r\nf\r\nmg f t\r\n", "STORED\r\nHD t-1\r\n");
  }

  @Test
  void anItemIsGoneWhenItsTimeIsOver() {
    says("set k 0 1 1\r\na\r\n", "STORED\r\n");
    Eventually.holds(() -> client.say("get k\r\n").equals("END\r\n"));
    says("add k 0 0 1\r\nb\r\n", "STORED\r\n");
  }

  // Arithmetic

  @Test
  void incrWrapsAndDecrStopsAtZero() {
    says("set n 5 0 2\r\n10\r\n", "STORED\r\n");
    says("incr n 5\r\n", "15\r\n");
    says("decr n 6\r\n", "9\r\n");
    says("decr n 100\r\n", "0\r\n");
    says("incr n 18446744073709551615\r\n", "18446744073709551615\r\n");
    says("incr n 3\r\n", "2\r\n");
    says("get n\r\n", "VALUE n 5 1\r\n2\r\nEND\r\n");
  }

  @Test
  void arithmeticKeepsTheExpiry() {
    says("set n 5 100 20\r\n18446744073709551614\r\n", "STORED\r\n");
    says("incr n 1\r\n", "18446744073709551615\r\n");
    says("incr n 8\r\n", "7\r\n");
    says("mg n t f\r\n", "HD t100 f5\r\n");
  }

  @Test
  void whatIsNoNumberCannotBeCounted() {
    String nonNumeric = "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n";
    says("incr n 1\r\n", "NOT_FOUND\r\n");
    for (String value : new String[] {"x", "-1", "", "5x", "99999999999999999999999"}) {
      says("set n 0 0 " + value.length() + "\r\n" + value + "\r\n", "STORED\r\n");
      says("incr n 1\r\n", nonNumeric);
    }
    says("incr n x\r\n", "CLIENT_ERROR invalid numeric delta argument\r\n");
    says("decr n -1\r\n", "CLIENT_ERROR invalid numeric delta argument\r\n");
  }

  // Errors

  @Test
  void unknownCommandsAndTooFewArgumentsAreErrors() {
    for (String line :
        new String[] {"", "x", "GET k", "get", "set k 0 0", "incr k", "touch k", "gat", "delete"}) {
      says(line + "\r\n", "ERROR\r\n");
    }
  }

  @Test
  void aBadLineIsAnsweredAndWhatFollowsIsReadAsCommands() {
    String tooLong = "k".repeat(251);
    for (String line :
        new String[] {
          "set " + tooLong + " 0 0 1",
          "set k x 0 1",
          "set k -1 0 1",
          "set k 0 x 1",
          "set k 0 0 x",
          "set k 0 0 -1",
          "cas k 0 0 1 x"
        }) {
      says(line + "\r\nversion\r\n", BAD_FORMAT + "VERSION 1.6.18\r\n");
    }
    says("get k " + tooLong + "\r\n", BAD_FORMAT);
  }

  @Test
  void aWrongLengthIsABadDataChunkAndWhatFollowsIsReadAsCommands() {
    says("set k 0 0 1\r\nabcversion\r\n", "CLIENT_ERROR bad data chunk\r\nVERSION 1.6.18\r\n");
    says("get k\r\n", "END\r\n");
  }

  @Test
  void aValueOfOneMebibyteIsSwallowedAndTheOldOneDeleted() {
    String large = "v".repeat(MEBIBYTE - 1);
    says("set k 0 0 " + large.length() + "\r\n" + large + "\r\n", "STORED\r\n");
    says(
        "add k 0 0 " + MEBIBYTE + "\r\n" + large + "v\r\n",
        "SERVER_ERROR object too large for cache\r\n");
    assertThat(client.say("get k\r\n"))
        .hasSize(large.length() + "VALUE k 0 1048575\r\n\r\nEND\r\n".length());
    says(
        "set k 0 0 " + MEBIBYTE + "\r\n" + large + "v\r\nget k\r\n",
        "SERVER_ERROR object too large for cache\r\nEND\r\n");
  }

  @Test
  void aLongLineThatIsNoGetEndsTheConnection() {
    client.send("x".repeat(2_049));
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void anHttpRequestEndsTheConnection() {
    client.send("GET / HTTP/1.1\r\nHost: there\r\n\r\n");
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void aBadTimeIsNamed() {
    String badTime = "CLIENT_ERROR invalid exptime argument\r\n";
    says("touch k x\r\n", badTime);
    says("gat x k\r\n", badTime);
    says("flush_all x\r\n", badTime);
  }
}
