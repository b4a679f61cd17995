package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.server.http.Web.Reply;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 3.2 of the contracts: what a client has seen travels with its requests. */
final class CausalDataTest {
  private static final String NOT_SATISFIED =
      "503 {\"error\":\"causal dependencies not satisfied; try again later\"}";

  private Web web = Web.at(Consistency.CAUSAL);

  @AfterEach
  void close() {
    web.close();
  }

  private Reply set(int node, String key, String value, String seen) {
    return web.put(
        node, "/kvs/" + key, "{\"value\": " + value + ", \"causal-metadata\": " + seen + "}");
  }

  private Reply get(int node, String key, String seen) {
    return web.send(node, "GET", "/kvs/" + key, "{\"causal-metadata\": " + seen + "}");
  }

  private Reply delete(int node, String key, String seen) {
    return web.send(node, "DELETE", "/kvs/" + key, "{\"causal-metadata\": " + seen + "}");
  }

  private static String seenBy(Reply reply) {
    return reply.json().get("causal-metadata").toString();
  }

  @ParameterizedTest
  @EnumSource
  void aKeyIsCreatedReplacedFoundAndDeletedAtEveryLevel(Consistency level) {
    web.close();
    web = Web.at(level);
    Reply created = set(0, "k", "\"v\"", "null");
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.field("result")).isEqualTo("created");
    Reply replaced = set(1, "k", "[1, {\"a\": null}]", seenBy(created));
    if (level != Consistency.EVENTUAL) {
      assertThat(replaced.status()).isEqualTo(200);
    }
    Reply found = get(1, "k", seenBy(replaced));
    assertThat(found.status()).isEqualTo(200);
    assertThat(found.field("result")).isEqualTo("found");
    assertThat(found.json().get("value").toString()).isEqualTo("[1,{\"a\":null}]");
    Reply deleted = delete(1, "k", seenBy(found));
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.field("result")).isEqualTo("deleted");
    assertThat(get(1, "k", seenBy(deleted))).hasToString("404 {\"error\":\"Key does not exist\"}");
    assertThat(delete(1, "k", seenBy(deleted)))
        .hasToString("404 {\"error\":\"Key does not exist\"}");
  }

  @Test
  void atTheEventualLevelMetadataIsAcceptedAndNothingWaits() {
    web.close();
    web = Web.at(Consistency.EVENTUAL);
    web.store().cluster().network().isolate(NodeId.of(2));
    Reply created = set(0, "k", "1", "null");
    assertThat(seenBy(created)).isEqualTo("\"\"");
    assertThat(get(2, "k", seenBy(created)).status()).isEqualTo(404);
    assertThat(get(2, "k", "\"0:7\"").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-0",
        "1.10",
        "1E400",
        "123456789012345678901234567890",
        "true",
        "null",
        "\"\"",
        "\"\\u00fc\\ud800\"",
        "[ 1 , 2 ]",
        "{\"b\": 1, \"a\": {}}",
        "\"ü😀\""
      })
  void anyValueComesBackAsItWasSent(String value) {
    Reply created = set(0, "k", value, "null");
    assertThat(created.status()).isEqualTo(201);
    assertThat(get(1, "k", seenBy(created)).body()).contains("\"value\":" + value + ",");
  }

  @Test
  void aLongValueComesBackAsItWasSent() {
    String value = "[\"" + "ü\\n".repeat(50_000) + "\", 1.50]";
    Reply created = set(0, "k", value, "null");
    assertThat(get(0, "k", seenBy(created)).body()).contains("\"value\":" + value + ",");
  }

  @Test
  void bothFieldsOfAPutAreNeeded() {
    String expected = "400 {\"error\":\"PUT request does not specify a value\"}";
    assertThat(web.put(0, "/kvs/k", "{\"value\": 1}")).hasToString(expected);
    assertThat(web.put(0, "/kvs/k", "{\"causal-metadata\": null}")).hasToString(expected);
    assertThat(web.put(0, "/kvs/k", "")).hasToString(expected);
  }

  @Test
  void aKeyHasUpToFiftyCharacters() {
    assertThat(set(0, "%C3%BC".repeat(50), "1", "null").status()).isEqualTo(201);
    assertThat(set(0, "k".repeat(51), "1", "null"))
        .hasToString("400 {\"error\":\"Key is too long\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"4294967295:1\"",
        "\"2147483648:1\"",
        "\"1:1\"",
        "\"0:\"",
        "\"0:1,,1\"",
        "\"0:99999999999999999999\"",
        "1",
        "[]",
        "{}"
      })
  void metadataThatNoAnswerSaidIsRefusedWithWhatWasExpected(String metadata) {
    for (Reply refused :
        new Reply[] {set(0, "k", "1", metadata), get(0, "k", metadata), delete(0, "k", metadata)}) {
      assertThat(refused.status()).as("%s", refused).isEqualTo(400);
      assertThat(refused.field("error"))
          .containsAnyOf("expected", "must be null or what an answer");
    }
  }

  @Test
  void longMetadataIsRefusedInAFewWords() {
    Reply refused = get(0, "k", "\"0:1" + ",1".repeat(200_000) + "\"");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body()).hasSizeLessThan(600);
  }

  @Test
  void whoHasSeenMoreThanTheNodeWaitsAndIsRefused() {
    web.store().cluster().network().isolate(NodeId.of(2));
    Reply written = set(0, "k", "1", "null");
    long began = System.nanoTime();
    assertThat(get(2, "k", seenBy(written))).hasToString(NOT_SATISFIED);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertThat(took).isBetween(Duration.ofMillis(900), Duration.ofMillis(2_500));
    assertThat(set(2, "k", "2", seenBy(written))).hasToString(NOT_SATISFIED);
    assertThat(delete(2, "k", seenBy(written))).hasToString(NOT_SATISFIED);
    assertThat(get(2, "k", "null")).hasToString("404 {\"error\":\"Key does not exist\"}");

    web.store().cluster().network().heal();
    assertThat(get(2, "k", seenBy(written)).status()).isEqualTo(200);
    assertThat(get(0, "k", "null").json().get("value").asInt()).isEqualTo(1);
  }
}
