package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.server.RawClient;
import io.kvstore.server.Served;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of bad input has a clear answer, and loses nothing of what came before and after. */
class BadInputTest {
  private static final String BAD_FORMAT = "CLIENT_ERROR bad command line format";
  private static final String KEPT = "VALUE kept 3 1\r\nv\r\nEND\r\n";

  private static Served served;

  @BeforeAll
  static void serve() {
    served = Served.at(Consistency.LINEARIZABLE);
  }

  @AfterAll
  static void close() {
    served.close();
  }

  /**
   * In the texts, {@code $} ends a line, LONG is a key of 251 bytes, HUGE a line's worth, and
   * FORMAT the complaint of a bad line.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # No command at all
          $                                   | ERROR$
          nonsense$                           | ERROR$
          GET kept$                           | ERROR$
          \u0000\u0001$                        | ERROR$
          shutdown$                           | ERROR: shutdown not enabled$
          stats nonsense$                     | ERROR$
          watch$                              | CLIENT_ERROR watch commands not allowed$

          # Too few arguments
          get$                                | ERROR$
          gets$                               | ERROR$
          gat$                                | ERROR$
          set k 0 0$                          | ERROR$
          set$                                | ERROR$
          cas k 0 0 1$                        | ERROR$
          incr k$                             | ERROR$
          touch k$                            | ERROR$
          delete$                             | ERROR$
          mg$                                 | ERROR$
          ms$                                 | ERROR$
          md$                                 | ERROR$
          ma$                                 | ERROR$

          # Keys
          get LONG$                           | FORMAT$
          set LONG 0 0 1$                     | FORMAT$
          delete LONG$                        | FORMAT$
          incr LONG 1$                        | FORMAT$
          touch LONG 0$                       | FORMAT$
          gat 0 LONG$                         | FORMAT$
          mg LONG v$                          | FORMAT$
          ms LONG 1$                          | FORMAT$
          mg Zm9 b$                           | CLIENT_ERROR error decoding key$

          # Numbers
          set k x 0 1$                        | FORMAT$
          set k -1 0 1$                       | FORMAT$
          set k 0 x 1$                        | FORMAT$
          set k 0 0 x$                        | FORMAT$
          set k 0 0 -1$                       | FORMAT$
          cas k 0 0 1 x$                      | FORMAT$
          touch k x$                          | CLIENT_ERROR invalid exptime argument$
          gat x k$                            | CLIENT_ERROR invalid exptime argument$
          flush_all x$                        | CLIENT_ERROR invalid exptime argument$
          incr kept x$                        | CLIENT_ERROR invalid numeric delta argument$
          decr kept -1$                       | CLIENT_ERROR invalid numeric delta argument$
          incr kept 1$                        | CLIENT_ERROR cannot increment or decrement non-numeric value$
          delete kept 5$                      | FORMAT.  Usage: delete <key> [noreply]$
          ms k x$                             | FORMAT$
          mg kept Tx$                         | CLIENT_ERROR bad token in command line format$

          # Data that is longer or shorter than it was said to be
          set k 0 0 2147483647$                | FORMAT$
          set k 0 0 1$abcget kept$             | CLIENT_ERROR bad data chunk$VALUE kept 3 1$v$END$
          set k 0 0 1$abc$                    | CLIENT_ERROR bad data chunk$ERROR$
          set k 0 0 2$a$x$                    | CLIENT_ERROR bad data chunk$ERROR$
          ms k 1$abc$                         | CLIENT_ERROR bad data chunk$ERROR$

          # Flags of meta commands
          mg kept v v$                        | CLIENT_ERROR duplicate flag$
          mg kept !$                          | CLIENT_ERROR invalid flag$
          md kept !$                          | CLIENT_ERROR invalid or duplicate flag$
          ms k 1 MX$x$                        | CLIENT_ERROR invalid mode for ms M token$
          ma kept MX$                         | CLIENT_ERROR invalid mode for ma M token$
          mg kept Ooooooooooooooooooooooooooooooooooo$ | CLIENT_ERROR opaque token too long$
          """)
  void whatIsMalformedHasAClearAnswerAndLosesNothing(String input, String answer) {
    keep();
    String commands = input.replace("LONG", "k".repeat(251)).replace("$", "\r\n");
    String expected = answer.replace("FORMAT", BAD_FORMAT).replace("$", "\r\n");
    try (RawClient client = served.client(0)) {
      client.send("get kept\r\n" + commands + "get kept\r\nquit\r\n");
      assertThat(client.finish()).isEqualTo(KEPT + expected + KEPT);
    }
    assertNothingElse();
  }

  @ParameterizedTest
  @CsvSource({"set k 0 0 2097152", "add k 0 0 2097152", "append kept 0 0 2097152", "ms k 2097152"})
  void dataThatIsTooLargeIsSwallowed(String line) {
    keep();
    try (RawClient client = served.client(0)) {
      client.send(line + "\r\n" + "x".repeat(2_097_152) + "\r\nget kept\r\nquit\r\n");
      assertThat(client.finish()).startsWith("SERVER_ERROR object too large for cache\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"x", "set ", "GET / HTTP/1.1\r\nHost: ", "mg "})
  void aLineWithoutAnEndEndsTheConnectionAndNoOther(String beginning) {
    keep();
    try (RawClient client = served.client(0);
        RawClient other = served.client(0)) {
      client.send(beginning + "x".repeat(3_000));
      assertThat(client.isClosed()).isTrue();
      assertThat(other.say("get kept\r\n")).isEqualTo(KEPT);
    }
    assertNothingElse();
  }

  @Test
  void whoGoesInTheMiddleOfARequestHasNotMadeIt() {
    keep();
    try (RawClient client = served.client(0)) {
      client.send("set kept 0 0 10\r\nhalf");
    }
    try (RawClient other = served.client(0)) {
      assertThat(other.say("get kept\r\n")).isEqualTo(KEPT);
    }
    assertNothingElse();
  }

  private static void keep() {
    try (RawClient client = served.client(0)) {
      assertThat(client.say("set kept 3 0 1\r\nv\r\n")).isEqualTo("STORED\r\n");
    }
  }

  private static void assertNothingElse() {
    assertThat(served.store().size()).isEqualTo(1);
    assertThat(served.store().get(Bytes.of("kept"))).contains(Bytes.of("v"));
  }
}
