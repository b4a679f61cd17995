package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.server.Http;
import io.kvstore.server.http.Web.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /transactions}: several keys as one, on conditions. */
final class TransactionsTest {
  private static final String BOOK =
      """
      {"if": [{"key": "seat 12", "value": "free"}, {"key": "closed", "absent": true}],
       "then": [{"put": "seat 12", "value": "Ada"}, {"add": "sold", "delta": 2}, {"get": "seat 12"}],
       "otherwise": [{"get": "seat 12"}]}""";

  private static Web web() {
    return Web.at(Consistency.LINEARIZABLE);
  }

  private static Reply transact(Web web, String body) {
    return web.send(1, "POST", "/transactions", body);
  }

  @Test
  void whatIsToBeDoneIsDoneIfAllConditionsHold() {
    try (Web web = web()) {
      web.store().put(Bytes.of("seat 12"), Bytes.of("free"));
      Reply booked = transact(web, BOOK);
      assertThat(booked.status()).isEqualTo(200);
      assertThat(booked.json().path("succeeded").booleanValue()).isTrue();
      assertThat(booked.json().at("/reads/0/key").stringValue()).isEqualTo("seat 12");
      assertThat(booked.json().at("/reads/0/value").stringValue()).isEqualTo("Ada");
      assertThat(booked.json().at("/writes/1/value").stringValue()).isEqualTo("2");
      assertThat(booked.json().at("/writes/0/version"))
          .isEqualTo(booked.json().at("/reads/0/version"));
      assertThat(web.store().get(Bytes.of("sold"))).contains(Bytes.of("2"));
    }
  }

  @Test
  void otherwiseTheOthersAre() {
    try (Web web = web()) {
      web.store().put(Bytes.of("seat 12"), Bytes.of("Bob"));
      Reply refused = transact(web, BOOK);
      assertThat(refused.status()).isEqualTo(200);
      assertThat(refused.json().path("succeeded").booleanValue()).isFalse();
      assertThat(refused.json().at("/reads/0/value").stringValue()).isEqualTo("Bob");
      assertThat(refused.json().path("writes").size()).isZero();
      assertThat(web.store().get(Bytes.of("sold"))).isEmpty();
    }
  }

  @Test
  void aVersionThatWasReadIsACondition() {
    try (Web web = web()) {
      web.put(0, "/data/a", "{\"value\": \"1\"}");
      String tag = web.get(0, "/data/a").header("ETag").replace("\"", "");
      String body =
          "{\"if\": [{\"key\": \"a\", \"version\": \"%s\"}, {\"key\": \"a\", \"present\": true}],"
              + " \"then\": [{\"remove\": \"a\"}, {\"append\": \"b\", \"value\": \"x\"},"
              + " {\"prepend\": \"b\", \"value\": \"y\"}, {\"touch\": \"b\", \"lifetime-seconds\": 9}]}";
      assertThat(transact(web, body.formatted(tag)).json().path("succeeded").booleanValue())
          .isTrue();
      assertThat(web.store().get(Bytes.of("a"))).isEmpty();
      assertThat(web.get(0, "/data/b").json().path("value").stringValue()).isEqualTo("yx");
      assertThat(web.get(0, "/data/b").json().path("remaining-seconds").doubleValue())
          .isBetween(0.0, 9.0);
      assertThat(transact(web, body.formatted(tag)).json().path("succeeded").booleanValue())
          .isFalse();
    }
  }

  @Test
  void aTableHasItsOwn() {
    try (Web web = web()) {
      web.store().table("seats", same -> same);
      String put = "{\"then\": [{\"put\": \"12\", \"value\": \"Ada\"}]}";
      assertThat(web.send(2, "POST", "/tables/seats/transactions", put).status()).isEqualTo(200);
      assertThat(web.get(0, "/tables/seats/data/12").field("value")).isEqualTo("Ada");
      assertThat(web.get(0, "/data/12").status()).isEqualTo(404);
    }
  }

  @Test
  void whatIsNoNumberIsNotAddedTo() {
    try (Web web = web()) {
      web.put(0, "/data/a", "{\"value\": \"text\"}");
      Reply refused = transact(web, "{\"then\": [{\"add\": \"a\", \"delta\": 1}]}");
      assertThat(refused.status()).isEqualTo(409);
    }
  }

  @Test
  void keysOfSeveralShardsAreRefusedByTheirNames() {
    try (Web web =
        Web.with(
            Consistency.LINEARIZABLE, store -> store.splitAt(Bytes.of("m")), Http.onLoopback())) {
      String put =
          "{\"then\": [{\"put\": \"ana\", \"value\": \"1\"}, {\"put\": \"zoe\", \"value\": \"2\"}]}";
      Reply refused = transact(web, put);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.field("error")).contains("ana", "zoe");
      assertThat(web.get(0, "/data/ana").status()).isEqualTo(404);
    }
  }

  @Test
  void whereMembersWriteIndependentlyThereAreNone() {
    try (Web web = Web.at(Consistency.EVENTUAL)) {
      Reply refused = transact(web, "{\"then\": [{\"put\": \"a\", \"value\": \"1\"}]}");
      assertThat(refused.status()).isEqualTo(501);
      assertThat(refused.field("error")).contains("transaction");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'if': {}}                                        | 'if' must be a list",
        "{'then': ['put']}                                 | 'then' must be a list of objects",
        "{'else': []}                                      | there is no field 'else' here",
        "{'then': [{'value': 'v'}]}                        | each of 'then' has one of 'add'",
        "{'then': [{'put': 'a', 'get': 'a'}]}              | each of 'then' has one of 'add'",
        "{'then': [{'put': 'a'}]}                          | 'value' must be a string",
        "{'then': [{'put': 'a', 'value': 'v', 'x': 1}]}    | there is no field 'x' here",
        "{'then': [{'add': 'a', 'delta': 1.5}]}            | 'delta' must be a whole number",
        "{'then': [{'touch': 'a'}]}                        | 'lifetime-seconds' must be a number",
        "{'if': [{'key': 'a'}]}                            | each of 'if' has one of 'absent'",
        "{'if': [{'absent': true}]}                        | 'key' must be a string",
        "{'if': [{'key': 'a', 'absent': false}]}           | 'absent' must be true",
        "{'if': [{'key': 'a', 'version': 'x'}]}            | 'x' is not a version",
      })
  void whatIsMalformedIsRefusedInWords(String body, String why) {
    try (Web web = web()) {
      Reply refused = transact(web, body.replace('\'', '"'));
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.field("error")).contains(why);
    }
  }
}
