package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.server.RawClient;
import io.kvstore.server.Served;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tunes memcached's memory and threads is answered as memcached 1.6.18 answers it. */
final class TuningCommandsTest {
  /** In the texts, {@code $} ends a line, and NOTHING is no answer at all. */
  private static final String ANSWERS =
      """
      slabs$                   ~ ERROR$
      slabs x$                     ~ ERROR$
      slabs reassign$              ~ ERROR$
      slabs reassign 1$            ~ ERROR$
      slabs reassign 1 2$              ~ NOSPARE source class has no spare pages$
      slabs reassign a b$              ~ CLIENT_ERROR bad command line format$
      slabs reassign 1 2 3$            ~ ERROR$
      slabs reassign 99 1$             ~ BADCLASS invalid src or dst class id$
      slabs automove$              ~ ERROR$
      slabs automove 0$            ~ OK$
      slabs automove 1$            ~ OK$
      slabs automove 2$            ~ OK$
      slabs automove 3$            ~ ERROR$
      slabs automove invalid$          ~ CLIENT_ERROR bad command line format$
      slabs automove 0 1$              ~ OK$
      slabs automove ratio$            ~ ERROR$
      slabs automove ratio 0.8$        ~ OK$
      slabs automove ratio x$          ~ ERROR$
      slabs automove freeratio 0.01$       ~ CLIENT_ERROR bad command line format$
      slabs automove -1$               ~ CLIENT_ERROR bad command line format$
      lru$                     ~ ERROR$
      lru x$                   ~ ERROR$
      lru mode$                    ~ ERROR$
      lru mode flat$               ~ OK$
      lru mode segmented$              ~ OK$
      lru mode x$                  ~ ERROR$
      lru tune$                    ~ ERROR$
      lru tune 10 25 0.1$              ~ ERROR$
      lru tune 10 25 0.1 2.0$          ~ OK$
      lru tune 0 0 0.1 2.0$            ~ OK$
      lru tune 90 90 0.1 2.0$          ~ ERROR hot and warm pcts must not exceed 80$
      lru tune a b c d$            ~ ERROR$
      lru tune 10 25 2 0.5$            ~ OK$
      lru temp_ttl$                ~ ERROR$
      lru temp_ttl 10$             ~ OK$
      lru temp_ttl x$              ~ ERROR$
      lru temp_ttl -1$             ~ OK$
      lru_crawler$                 ~ ERROR$
      lru_crawler x$               ~ ERROR$
      lru_crawler crawl$               ~ ERROR$
      lru_crawler crawl all$           ~ OK$
      lru_crawler crawl 1$             ~ OK$
      lru_crawler crawl x$             ~ BADCLASS invalid class id$
      lru_crawler crawl 9999$          ~ BADCLASS invalid class id$
      lru_crawler sleep$               ~ ERROR$
      lru_crawler sleep 100$           ~ OK$
      lru_crawler sleep x$             ~ CLIENT_ERROR bad command line format$
      lru_crawler sleep -1$            ~ CLIENT_ERROR bad command line format$
      lru_crawler sleep 1000001$       ~ CLIENT_ERROR sleep must be one second or less$
      lru_crawler tocrawl$             ~ ERROR$
      lru_crawler tocrawl 5$           ~ OK$
      lru_crawler tocrawl x$           ~ CLIENT_ERROR bad command line format$
      lru_crawler metadump$            ~ ERROR$
      lru_crawler metadump all$        ~ ERROR metadump not allowed$
      lru_crawler metadump x$          ~ ERROR metadump not allowed$
      lru_crawler metadump 9999$       ~ ERROR metadump not allowed$
      lru_crawler metadump hash$       ~ ERROR metadump not allowed$
      lru_crawler mgdump all$          ~ ERROR$
      lru_crawler mgdump$              ~ ERROR$
      lru_crawler mgdump x$            ~ ERROR$
      lru_crawler enable$              ~ ERROR failed to start lru crawler thread$
      lru_crawler enable x$            ~ ERROR$
      lru_crawler disable x$           ~ ERROR$
      stats x$                     ~ ERROR$
      stats items$                 ~ END$
      stats slabs$                 ~ STAT active_slabs 0$STAT total_malloced 0$END$
      stats sizes$                 ~ STAT sizes_status disabled$END$
      stats sizes x$               ~ STAT sizes_status disabled$END$
      stats sizes_disable$             ~ STAT sizes_status disabled$
      stats extstore$              ~ END$
      stats proxy$                 ~ ERROR$
      stats detail$                ~ CLIENT_ERROR usage: stats detail on|off|dump$
      stats detail x$              ~ CLIENT_ERROR usage: stats detail on|off|dump$
      stats detail on$             ~ OK$
      stats detail dump$               ~ END$
      stats detail off$            ~ OK$
      stats detail on off$             ~ OK$
      stats cachedump$             ~ CLIENT_ERROR stats cachedump not allowed$
      stats cachedump 1$               ~ CLIENT_ERROR stats cachedump not allowed$
      stats cachedump 1 0$             ~ CLIENT_ERROR stats cachedump not allowed$
      stats cachedump 1 0 0$           ~ CLIENT_ERROR stats cachedump not allowed$
      stats cachedump x 0$             ~ CLIENT_ERROR stats cachedump not allowed$
      stats cachedump 99 0$            ~ CLIENT_ERROR stats cachedump not allowed$
      stats cachedump 1 x$             ~ CLIENT_ERROR stats cachedump not allowed$
      stats reset$                 ~ RESET$
      stats reset x$               ~ RESET$
      stats noreply$               ~ ERROR$
      verbosity$                   ~ ERROR$
      verbosity 1$                 ~ OK$
      verbosity x$                 ~ CLIENT_ERROR bad command line format$
      verbosity 0$                 ~ OK$
      verbosity 0 noreply$             ~ NOTHING
      verbosity noreply$               ~ NOTHING
      verbosity 1 2$               ~ OK$
      verbosity 1 2 3$             ~ ERROR$
      verbosity -1$                ~ CLIENT_ERROR bad command line format$
      verbosity x noreply$             ~ NOTHING
      cache_memlimit$              ~ ERROR$
      cache_memlimit 64$               ~ OK$
      cache_memlimit 0$            ~ MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m$
      cache_memlimit x$            ~ ERROR$
      cache_memlimit 7$            ~ MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m$
      cache_memlimit 64 noreply$       ~ NOTHING
      cache_memlimit 64 65$            ~ OK$
      cache_memlimit 64 65 66$         ~ ERROR$
      cache_memlimit noreply$          ~ NOTHING
      cache_memlimit -1$               ~ ERROR$
      cache_memlimit 99999999999$      ~ MEMLIMIT_ADJUST_FAILED input value is megabytes not bytes$
      misbehave$                   ~ ERROR$
      misbehave x$                 ~ ERROR$
      watch$                   ~ CLIENT_ERROR watch commands not allowed$
      watch x$                     ~ CLIENT_ERROR watch commands not allowed$
      watch fetchers$              ~ CLIENT_ERROR watch commands not allowed$
      watch mutations evictions$       ~ CLIENT_ERROR watch commands not allowed$
      watch fetchers x$            ~ CLIENT_ERROR watch commands not allowed$
      bget x$                  ~ END$
      slabs reassign 1 2 noreply$      ~ ERROR$
      slabs automove 1 noreply$        ~ NOTHING
      lru mode flat noreply$           ~ NOTHING
      lru_crawler enable noreply$      ~ ERROR$
      lru_crawler sleep 10 noreply$        ~ ERROR$
      debugtime$                   ~ ERROR$
      debugtime p$                 ~ ERROR$
      slabs reassign -1 2$             ~ BADCLASS invalid src or dst class id$
      slabs reassign 1 1$              ~ SAME src and dst class are identical$
      slabs reassign 0 1$              ~ NOSPARE source class has no spare pages$
      slabs reassign 1 0$              ~ NOSPARE source class has no spare pages$
      slabs reassign 39 1$             ~ NOSPARE source class has no spare pages$
      slabs reassign 40 1$             ~ BADCLASS invalid src or dst class id$
      slabs reassign 63 1$             ~ BADCLASS invalid src or dst class id$
      slabs reassign 64 1$             ~ BADCLASS invalid src or dst class id$
      slabs reassign 1 64$             ~ BADCLASS invalid src or dst class id$
      slabs reassign -2 1$             ~ BADCLASS invalid src or dst class id$
      slabs reassign 1 -1$             ~ BADCLASS invalid src or dst class id$
      slabs reassign a noreply$        ~ CLIENT_ERROR bad command line format$
      lru_crawler crawl 0$             ~ BADCLASS invalid class id$
      lru_crawler crawl 63$            ~ OK$
      lru_crawler crawl 64$            ~ BADCLASS invalid class id$
      lru_crawler crawl 1,2$           ~ OK$
      lru_crawler crawl 1,x$           ~ BADCLASS invalid class id$
      lru_crawler crawl -1$            ~ BADCLASS invalid class id$
      lru_crawler crawl hash$          ~ ERROR an unknown error happened$
      lru tune 10 25 0 0$              ~ ERROR hot/warm age factors must be greater than 0$
      lru tune 10 25 0.1 -1$           ~ ERROR hot/warm age factors must be greater than 0$
      lru tune -1 25 0.1 1$            ~ ERROR$
      lru mode x noreply$              ~ NOTHING
      lru temp_ttl 1x$             ~ ERROR$
      slabs automove 1x$               ~ CLIENT_ERROR bad command line format$
      slabs automove 4294967296$       ~ OK$
      slabs automove 18446744073709551615$ ~ ERROR$
      slabs automove ratio 0.8 x$      ~ OK$
      slabs automove ratio 0.8x$       ~ ERROR$
      cache_memlimit 8$            ~ OK$
      cache_memlimit 1000000000$       ~ OK$
      cache_memlimit 1000000001$       ~ MEMLIMIT_ADJUST_FAILED input value is megabytes not bytes$
      cache_memlimit 4294967295$       ~ MEMLIMIT_ADJUST_FAILED input value is megabytes not bytes$
      cache_memlimit 4294967296$       ~ MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m$
      lru_crawler tocrawl 4294967296$      ~ OK$
      lru_crawler sleep 1000000$       ~ OK$
      """;

  private static ReferenceMemcached reference;
  private static Served served;

  @BeforeAll
  static void start() {
    reference = ReferenceMemcached.start("-X", "-W");
    served = Served.at(Consistency.LINEARIZABLE);
  }

  @AfterAll
  static void close() {
    served.close();
    reference.close();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = ANSWERS)
  void everyCommandIsCheckedAndAnswered(String command, String answer) {
    String expected = answer.equals("NOTHING") ? "" : answer.replace("$", "\r\n");
    try (RawClient theirs = RawClient.connectTo(reference.address());
        RawClient ours = served.client(1)) {
      String said = command.replace("$", "\r\n");
      assertThat(whenNotBusy(theirs, said)).as("the reference").isEqualTo(expected);
      assertThat(ours.say(said)).isEqualTo(expected);
    }
  }

  /** The reference does one such thing at a time, and may still be at the one before. */
  private static String whenNotBusy(RawClient client, String said) {
    String answer = client.say(said);
    for (int i = 0; i < 200 && answer.startsWith("BUSY"); i++) {
      LockSupport.parkNanos(10_000_000);
      answer = client.say(said);
    }
    return answer;
  }
}
