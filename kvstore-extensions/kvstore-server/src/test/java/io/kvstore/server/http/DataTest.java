package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.server.http.Web.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Section 3.1 of the contracts, on three nodes that are well. */
final class DataTest {
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
