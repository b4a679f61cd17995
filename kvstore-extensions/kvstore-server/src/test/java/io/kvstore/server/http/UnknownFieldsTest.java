package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.server.Http;
import io.kvstore.server.Server;
import io.kvstore.server.http.Web.Reply;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a body says and nothing heeds is refused: the client would take it for done. */
final class UnknownFieldsTest {
  private static final String CASES =
      """
      PUT    | /data/k                 | {"value": "v", "ttl": 1}                          | 'ttl'
      PUT    | /data/k                 | {"Value": "v", "value": "w"}                      | 'Value'
      PUT    | /kvs/k                  | {"value": 1, "causal-metadata": null, "ttl": 1}   | 'ttl'
      GET    | /kvs/k                  | {"causal-metadata": null, "value": 1}             | 'value'
      DELETE | /kvs/k                  | {"causal_metadata": null}                         | 'causal_metadata'
      PUT    | /view                   | {"socket-address": "x:1", "id": 1}                | 'id'
      PUT    | /view                   | {"view": [], "epoch": 1}                          | 'epoch'
      PUT    | /view                   | {"view": [{"address": "x:1", "id": 1, "up": 1}]}  | 'up'
      DELETE | /view                   | {"socket-address": "x:1", "force": true}          | 'force'
      """;

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = CASES)
  void aFieldThatMeansNothingIsNamedAndNothingIsDone(
      String method, String path, String body, String field) {
    try (Web web = Web.at(Consistency.LINEARIZABLE)) {
      Reply refused = web.send(0, method, path, body);
      assertThat(refused.status()).as("%s", refused).isEqualTo(400);
      assertThat(refused.field("error")).contains("there is no field " + field + " here");
      assertThat(web.get(0, "/data")).hasToString("200 {}");
      assertThat(web.get(0, "/view").json().get("view")).hasSize(3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"value": v}             | the body is not JSON, see line 1, column 11
          {"value": 1              | the body is not JSON, see line 1, column 12
          {"value": 1, "value": 2} | the body has a field twice, see line 1, column 21
          {"value": 1} 2           | something follows the JSON object in the body
          [1]                      | the body is not a JSON object
          """)
  void aBodyThatCannotBeReadIsRefusedWithTheSpot(String body, String expected) {
    try (Web web = Web.at(Consistency.LINEARIZABLE)) {
      Reply refused = web.send(0, "PUT", "/data/k", body);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.field("error")).isEqualTo(expected);
    }
  }

  @Test
  void aBodyThatIsNestedTooDeepIsRefusedInPlainWords() {
    try (Web web = Web.at(Consistency.LINEARIZABLE)) {
      String deep = "{\"value\": " + "[".repeat(10_000) + "]".repeat(10_000) + "}";
      Reply refused = web.send(0, "PUT", "/data/k", deep);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.field("error")).contains("too many parts, or too many within each other");
    }
  }

  @Test
  void theSameHoldsForOperators() {
    try (KVStore<Bytes, Bytes> store =
            KVStore.builder().keys(Codecs.BYTES).values(Codecs.BYTES).open();
        Server server =
            Server.over(store).administration(Http.onLoopback()).http(Http.onLoopback()).start()) {
      InetSocketAddress admin = server.administrationAddress().orElseThrow();
      String[][] requests = {
        {"POST", "/admin/nodes", "{\"port\": 1}"},
        {"DELETE", "/admin/nodes/n1", "{\"x\": 1}"},
        {"POST", "/admin/nodes/n1/crash", "{\"x\": 1}"},
        {"POST", "/admin/nodes/n1/restart", "{\"x\": 1}"},
        {"POST", "/admin/nodes/n1/pause", "{\"millis\": 1, \"seconds\": 1}"},
        {"POST", "/admin/nodes/n1/expel", "{\"x\": 1}"},
        {"POST", "/admin/nodes/n1/isolate", "{\"x\": 1}"},
        {"POST", "/admin/network/cut", "{\"from\": \"n0\", \"to\": \"n1\", \"oneway\": true}"},
        {"POST", "/admin/network/heal", "{\"node\": \"n0\"}"},
        {"PUT", "/admin/view", "{\"view\": [\"n0\"], \"primary\": \"n0\"}"}
      };
      for (String[] each : requests) {
        Reply refused = Web.send(admin, each[0], each[1], each[2]);
        assertThat(refused.status()).as("%s: %s", each[1], refused).isEqualTo(400);
        assertThat(refused.field("error")).as(each[1]).contains("there is no field");
      }
      assertThat(store.cluster().nodes()).hasSize(3).allMatch(store.cluster()::isRunning);
    }
  }
}
