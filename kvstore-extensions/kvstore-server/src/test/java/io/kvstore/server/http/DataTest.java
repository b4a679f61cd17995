package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.server.Eventually;
import io.kvstore.server.RawClient;
import io.kvstore.server.http.Web.Reply;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Section 3.1 of the contracts, on three nodes that are well. */
final class DataTest {
  private static final Duration WITHIN = Duration.ofSeconds(10);

  private Web web = Web.at(Consistency.LINEARIZABLE);

  @AfterEach
  void close() {
    web.close();
  }

  private Reply set(int node, String key, String value) {
    return web.put(node, "/data/" + key, "{\"value\": \"" + value + "\"}");
  }

  @Test
  void aPutCreatesThenReplacesAndEveryNodeShowsIt() {
    assertThat(set(0, "k", "one").status()).isEqualTo(201);
    assertThat(set(1, "k", "two").status()).isEqualTo(200);
    for (int node = 0; node < 3; node++) {
      assertThat(web.get(node, "/data/k")).hasToString("200 {\"value\":\"two\"}");
    }
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(web.get(1, "/data/none").status()).isEqualTo(404);
    assertThat(web.get(1, "/data/none").field("error")).isNotEmpty();
    assertThat(web.delete(2, "/data/none").status()).isEqualTo(404);
  }

  @Test
  void aRemovedKeyIsGone() {
    set(0, "k", "v");
    assertThat(web.delete(1, "/data/k").status()).isEqualTo(200);
    assertThat(web.delete(1, "/data/k").status()).isEqualTo(404);
    assertThat(web.get(0, "/data/k").status()).isEqualTo(404);
  }

  @Test
  void allPairsAreAFlatObject() {
    assertThat(web.get(0, "/data")).hasToString("200 {}");
    set(0, "b", "2");
    set(0, "a", "1");
    assertThat(web.get(2, "/data")).hasToString("200 {\"a\":\"1\",\"b\":\"2\"}");
  }

  @Test
  void aListingOfManyPagesIsTheSameObject() {
    int keys = 3_000;
    for (int i = 0; i < keys; i++) {
      web.store().put(Bytes.of(String.format("k%05d", i)), Bytes.of("v" + i + "x".repeat(400)));
    }
    Reply all = web.get(1, "/data");
    assertThat(all.status()).isEqualTo(200);
    assertThat(all.header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(all.json().propertyNames()).hasSize(keys);
    assertThat(all.json().path("k02999").asString()).startsWith("v2999x");
    assertThat(web.get(1, "/data?limit=2000").json().propertyNames()).hasSize(2_000);
    assertThat(web.get(1, "/data?limit=16").json().propertyNames()).hasSize(16);
    assertThat(web.get(1, "/data?limit=17&after=k02990").json().propertyNames()).hasSize(9);
  }

  @Test
  void whoSpeaksAnOlderHttpGetsALongListingUpToTheEndOfTheConnection() throws Exception {
    for (int i = 0; i < 40; i++) {
      set(0, String.format("k%02d", i), "v");
    }
    try (RawClient client = web.raw(1)) {
      client.send("GET /data HTTP/1.0\r\n\r\n");
      String answer = client.finish();
      assertThat(answer).doesNotContainIgnoringCase("chunked").endsWith("\"k39\":\"v\"}");
    }
  }

  private RawClient clientWithSmallBuffer(int node) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(32 << 10);
    socket.connect(web.address(node));
    return new RawClient(socket);
  }

  @Test
  void longListingsThatAreNotTakenLeaveRoomForNoMoreThanAFew() throws Exception {
    for (int i = 0; i < 400; i++) {
      web.store().put(Bytes.of("k" + i), Bytes.of("x".repeat(100_000)));
    }
    List<RawClient> slow = new ArrayList<>();
    try {
      for (int i = 0; i < Listing.MOST_AT_ONCE; i++) {
        slow.add(clientWithSmallBuffer(1));
        slow.get(i).send("GET /data HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(slow.get(i).readLine()).isEqualTo("HTTP/1.1 200 OK\r\n"); // it has begun
      }
      Reply refused = web.get(1, "/data?limit=100");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.field("error")).contains("long listings");
      assertThat(web.get(1, "/data?limit=10").status()).isEqualTo(200);
      assertThat(web.get(2, "/data?limit=100").status()).isEqualTo(200);
    } finally {
      slow.forEach(RawClient::close);
    }
    Eventually.holdsWithin(WITHIN, () -> web.get(1, "/data?limit=100").status() == 200);
  }

  @Test
  void pairsAreListedByPrefixRangeAndLimit() {
    for (String key : new String[] {"a", "b1", "b2", "b3", "c"}) {
      set(0, key, key);
    }
    assertThat(web.get(0, "/data?prefix=b").json().propertyNames())
        .containsExactly("b1", "b2", "b3");
    assertThat(web.get(0, "/data?from=b2&to=c").json().propertyNames()).containsExactly("b2", "b3");
    assertThat(web.get(0, "/data?prefix=b&from=b2").json().propertyNames())
        .containsExactly("b2", "b3");
    assertThat(web.get(0, "/data?prefix=b&to=b2").json().propertyNames()).containsExactly("b1");
    assertThat(web.get(0, "/data?after=b1&limit=2").json().propertyNames())
        .containsExactly("b2", "b3");
    assertThat(web.get(0, "/data?from=x&to=b").json().propertyNames()).isEmpty();
  }

  @Test
  void pagesSayHowToGoOn() {
    for (int i = 0; i < 45; i++) {
      set(0, String.format("k%02d", i), "v" + i);
    }
    set(0, "other", "x");
    Reply first = web.get(1, "/data?prefix=k&page=2");
    assertThat(first.json().path("entries").get(1).path("key").asString()).isEqualTo("k01");
    assertThat(first.json().path("entries").get(1).path("value").asString()).isEqualTo("v1");
    assertThat('"' + first.json().path("entries").get(1).path("version").asString() + '"')
        .isEqualTo(web.get(1, "/data/k01").header("ETag"));
    assertThat(first.field("next")).isEqualTo("k01");
    for (int page : new int[] {1, 15, 16, 17, 20, 44, 45, 46, 1_000}) {
      assertThat(allPages(page)).as("pages of %d", page).hasSize(45).doesNotHaveDuplicates();
    }
    assertThat(web.get(0, "/data?prefix=none&page=9")).hasToString("200 {\"entries\":[]}");
    assertThat(web.get(0, "/data?page=2&limit=3").status()).isEqualTo(400);
    assertThat(web.get(0, "/data?page=0").field("error")).contains("'page'");
  }

  private List<String> allPages(int size) {
    List<String> keys = new ArrayList<>();
    String after = "";
    while (true) {
      Reply page = web.get(1, "/data?prefix=k&page=" + size + after);
      int before = keys.size();
      page.json().path("entries").forEach(entry -> keys.add(entry.path("key").asString()));
      assertThat(keys.size() - before).isBetween(1, size);
      if (page.field("next").isEmpty()) {
        return keys;
      }
      after = "&after=" + page.field("next");
    }
  }

  @Test
  void aPageIsNoLongerThanHalfAMegabyteOrOneEntry() {
    for (int i = 0; i < 4; i++) {
      web.store().put(Bytes.of("k" + i), Bytes.of("x".repeat(400_000)));
    }
    Reply page = web.get(0, "/data?page=100");
    assertThat(page.json().path("entries").size()).isOne();
    assertThat(page.field("next")).isEqualTo("k0");
    assertThat(allPages(100)).containsExactly("k0", "k1", "k2", "k3");
  }

  @Test
  void aKeyWithALifetimeSaysHowLongItIsThere() {
    assertThat(web.put(0, "/data/k", "{\"value\":\"v\",\"lifetime-seconds\":90.5}").status())
        .isEqualTo(201);
    Reply found = web.get(1, "/data/k");
    assertThat(found.field("value")).isEqualTo("v");
    assertThat(found.json().path("remaining-seconds").asDouble()).isBetween(1.0, 90.5);
    set(0, "k", "for ever");
    assertThat(web.get(1, "/data/k")).hasToString("200 {\"value\":\"for ever\"}");

    web.put(0, "/data/k", "{\"value\":\"v\",\"lifetime-seconds\":0.02}");
    Eventually.holdsWithin(WITHIN, () -> web.get(1, "/data/k").status() == 404);
    assertThat(web.put(0, "/data/k", "{\"value\":\"v\",\"lifetime-seconds\":1e300}").status())
        .isEqualTo(201);
  }

  @Test
  void aLifetimeThatIsNoneIsRefused() {
    for (String wrong : new String[] {"0", "-1", "1e-20", "\"9\"", "null", "[]"}) {
      Reply reply = web.put(0, "/data/k", "{\"value\":\"v\",\"lifetime-seconds\":" + wrong + "}");
      assertThat(reply.status()).as(wrong).isEqualTo(400);
      assertThat(reply.field("error")).isEqualTo("'lifetime-seconds' must be a number above 0");
    }
    assertThat(web.get(0, "/data/k").status()).isEqualTo(404);
  }

  @Test
  void keysAreDecoded() {
    set(0, "a%2Fb%20c%C3%BC+%25", "v");
    assertThat(web.store().get(Bytes.of("a/b cü+%"))).contains(Bytes.of("v"));
  }

  @Test
  void valuesKeepEveryCharacter() {
    web.put(0, "/data/k", "{\"value\": \"\\u0000\\\"ü\\ud83d\\ude00\\n\"}");
    assertThat(web.get(1, "/data/k").field("value")).isEqualTo("\u0000\"ü😀\n");
  }

  @Test
  void eachWriteHasANumberOfItsOwnAndAReadThatOfTheLastWriteBeforeIt() {
    Reply first = set(0, "k", "1");
    Reply second = set(1, "k", "2");
    Reply notThere = web.delete(2, "/data/other");
    Reply third = set(2, "k", "3");
    Reply read = web.get(1, "/data/k");
    assertThat(second.number()).isGreaterThan(first.number());
    assertThat(notThere.number()).isGreaterThan(second.number());
    assertThat(third.number()).isGreaterThan(notThere.number());
    assertThat(read.number()).isEqualTo(third.number() + 1);
    assertThat(web.get(0, "/data/none").number()).isEqualTo(third.number() + 1);
    assertThat(read.header("Node-Id")).isEqualTo("2");
  }

  @Test
  void aVersionIsComparedBeforeItIsReplaced() {
    String created = set(0, "k", "1").header("ETag");
    assertThat(web.get(1, "/data/k").header("ETag")).isEqualTo(created);
    Reply replaced = web.send(1, "PUT", "/data/k", "{\"value\":\"2\"}", "If-Match", created);
    assertThat(replaced.status()).isEqualTo(200);
    Reply late = web.send(2, "PUT", "/data/k", "{\"value\":\"3\"}", "If-Match", created);
    assertThat(late.status()).isEqualTo(412);
    assertThat(web.send(0, "DELETE", "/data/k", "", "If-Match", created).status()).isEqualTo(412);
    String now = replaced.header("ETag");
    assertThat(web.send(0, "GET", "/data/k", "", "If-None-Match", now).status()).isEqualTo(304);
    assertThat(web.send(0, "DELETE", "/data/k", "", "If-Match", now).status()).isEqualTo(200);
    assertThat(web.send(0, "PUT", "/data/k", "{\"value\":\"4\"}", "If-Match", "*").status())
        .isEqualTo(412);
    assertThat(web.send(0, "PUT", "/data/k", "{\"value\":\"4\"}", "If-None-Match", "*").status())
        .isEqualTo(201);
    assertThat(web.send(0, "PUT", "/data/k", "{\"value\":\"5\"}", "If-None-Match", "*").status())
        .isEqualTo(412);
  }

  @ParameterizedTest
  @EnumSource
  void dataIsServedAtEveryLevel(Consistency level) {
    web.close();
    web = Web.at(level);
    assertThat(set(1, "k", "v").status()).isEqualTo(201);
    assertThat(set(1, "k", "v").status()).isEqualTo(200);
    assertThat(web.get(1, "/data/k")).hasToString("200 {\"value\":\"v\"}");
    assertThat(web.get(1, "/data/k").number()).isGreaterThanOrEqualTo(0);
    assertThat(web.delete(1, "/data/k").status()).isEqualTo(200);
  }
}
