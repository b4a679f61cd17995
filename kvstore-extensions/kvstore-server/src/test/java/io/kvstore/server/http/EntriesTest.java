package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.server.http.Web.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code /entries}: what comes out goes in again, whatever it is. */
final class EntriesTest {
  private static final Bytes NO_TEXT = Bytes.of((byte) 0xff, (byte) 0, (byte) 0xfe);

  private static Web web() {
    return Web.at(Consistency.LINEARIZABLE);
  }

  @Test
  void entriesKeepTheirBytesFlagsAndLifetimes() {
    try (Web from = web();
        Web to = web()) {
      var unused = from.store().update(Update.put(NO_TEXT, NO_TEXT).flags(7));
      unused =
          from.store()
              .update(Update.put(Bytes.of("b"), Bytes.of("ü")).lifetime(Duration.ofHours(1)));
      Reply lines = from.get(1, "/entries");
      assertThat(lines.header("Content-Type")).isEqualTo("application/x-ndjson");
      assertThat(to.send(2, "POST", "/entries", lines.body()).body())
          .isEqualTo("{\"entries\":2,\"expired\":0}");
      Versioned<Bytes> bytes = to.store().getVersioned(NO_TEXT).orElseThrow();
      assertThat(bytes.value()).isEqualTo(NO_TEXT);
      assertThat(bytes.flags()).isEqualTo(7);
      assertThat(to.store().getVersioned(Bytes.of("b")).orElseThrow().expiresAt().orElseThrow())
          .isAfter(Instant.now());
    }
  }

  @Test
  void pagesFollowEachOther() {
    try (Web web = web()) {
      for (int i = 0; i < 25; i++) {
        web.store().put(Bytes.of("k" + (char) ('a' + i)), Bytes.of("v"));
      }
      List<String> lines = new ArrayList<>();
      String after = "";
      int pages = 0;
      do {
        Reply page = web.get(0, "/entries?prefix64=aw&limit=10" + after);
        page.body().lines().forEach(lines::add);
        after = page.header("Next-After64");
        after = after.isEmpty() ? "" : "&after64=" + after;
        pages++;
      } while (!after.isEmpty());
      assertThat(pages).isEqualTo(3);
      assertThat(lines).hasSize(25).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void longEntriesMakeShortPages() {
    try (Web web = web()) {
      Bytes large = Bytes.wrap(new byte[200_000]);
      for (int i = 0; i < 40; i++) {
        web.store().put(Bytes.of("k" + i), large);
      }
      Reply page = web.get(0, "/entries");
      assertThat(page.body().lines().count()).isEqualTo(5); // about a megabyte
      assertThat(page.header("Next-After64")).isNotEmpty();
    }
  }

  @Test
  void whatHasExpiredMeanwhileIsNotSet() {
    try (Web web = web()) {
      String line = "{\"key\":\"k\",\"value\":\"v\",\"expires\":\"2020-01-01T00:00:00Z\"}";
      assertThat(web.send(0, "POST", "/entries", line).body())
          .isEqualTo("{\"entries\":0,\"expired\":1}");
      assertThat(web.get(0, "/data/k").status()).isEqualTo(404);
    }
  }

  @Test
  void aWrongLineIsNamedAndNothingIsDone() {
    try (Web web = web()) {
      String good = "{\"key\":\"k\",\"value\":\"v\"}\n";
      for (String[] wrong :
          new String[][] {
            {"{\"key\":\"k\",\"key\":\"k\",\"value\":\"v\"}", "line 2: it has a field twice"},
            {"{\"key\":\"k\"", "line 2: it is not JSON"},
            {"{\"key\":\"\",\"value\":\"v\"}", "line 2: a key has from 1 to 250 bytes, not 0"},
            {"{\"key\":\"k\"}", "line 2: it must have a text either as 'value' or as 'value64'"}
          }) {
        Reply reply = web.send(0, "POST", "/entries", good + wrong[0]);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.field("error")).isEqualTo(wrong[1]);
      }
      assertThat(web.get(0, "/data/k").status()).isEqualTo(404);
      assertThat(web.get(0, "/entries?after64=%25").field("error")).contains("not Base64");
      assertThat(web.get(0, "/entries?from64=aw&prefix64=aw").field("error")).contains("excludes");
      assertThat(web.send(0, "POST", "/entries", good.repeat(1_001)).field("error"))
          .contains("1000 at the most");
    }
  }
}
