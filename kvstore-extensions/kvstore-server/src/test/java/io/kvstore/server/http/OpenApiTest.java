package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Limits;
import io.kvstore.Network;
import io.kvstore.NodeId;
import io.kvstore.server.Eventually;
import io.kvstore.server.Http;
import io.kvstore.server.http.Web.Reply;
import io.kvstore.server.net.Addresses;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The description that is served says what is answered, and nothing else is. */
final class OpenApiTest {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");
  private static final String TEXT = "{\"value\": \"v\"}";
  private static final String VALUE = "{\"value\": \"v\", \"causal-metadata\": null}";
  private static final String PAIR =
      "{\"view\": [{\"address\": \"a:1\", \"id\": 1}, {\"address\": \"b:1\", \"id\": 2}]}";
  private static final String ENTRY = "{\"key\": \"entry\", \"value\": \"v\"}";
  private static final String TRANSACTION = "{\"then\": [{\"put\": \"k\", \"value\": \"v\"}]}";
  private static final String LONG = "x".repeat(251);

  private final Map<String, Supplier<Reply>> requests = new LinkedHashMap<>();
  private final Map<String, Integer> statuses = new LinkedHashMap<>();

  /** What a request to a documented address is to be answered. */
  private void expect(String method, String path, int status, Supplier<Reply> request) {
    String name = method + " " + path + " " + status;
    requests.put(name, request);
    statuses.put(name, status);
  }

  private static Set<String> documented(JsonNode description) {
    Set<String> documented = new TreeSet<>();
    description
        .get("paths")
        .forEachEntry(
            (path, operations) ->
                operations.forEachEntry(
                    (method, operation) -> {
                      if (METHODS.contains(method)) {
                        operation
                            .get("responses")
                            .propertyNames()
                            .forEach(
                                status ->
                                    documented.add(
                                        method.toUpperCase(Locale.ROOT)
                                            + " "
                                            + path
                                            + " "
                                            + status));
                      }
                    }));
    return documented;
  }

  private static Web web(Http options) {
    return Web.with(
        Consistency.LINEARIZABLE,
        store -> store.timeout(Duration.ofMillis(300)).failover(Failover.byHand()),
        options);
  }

  @Test
  void everyDocumentedAnswerIsGivenAndEveryServedAddressIsDocumented() {
    try (Web web = web(Http.onLoopback());
        Web lonely = web(Http.onLoopback());
        Web closed = web(Http.onLoopback().withToken("secret"));
        Web stuck = web(Http.onLoopback());
        Web full =
            Web.with(
                Consistency.LINEARIZABLE,
                store -> store.limits(Limits.DEFAULT.withHeldBytes(1)),
                Http.onLoopback());
        Web weak = Web.at(Consistency.EVENTUAL);
        Web shrinking = web(Http.onLoopback());
        Web splitting = web(Http.onLoopback());
        Web fixed = Web.over(WithoutViews.store(), Http.onLoopback())) {
      for (Web each : List.of(web, lonely, stuck, full, weak)) {
        each.store().table("t", same -> same);
      }
      lonely.store().cluster().expel(NodeId.of(0));
      expectOnWell(web);
      expectWithoutView(lonely);
      expectWithoutToken(closed);
      expectWhenStuck(stuck);
      expect("PUT", "/data/{key}", 507, () -> full.put(0, "/data/a", TEXT));
      expect("POST", "/entries", 507, () -> full.send(0, "POST", "/entries", ENTRY));
      String ofTable = "/tables/t/entries";
      expect("POST", "/tables/{table}/entries", 507, () -> full.send(0, "POST", ofTable, ENTRY));
      expect("PUT", "/tables/{table}/data/{key}", 507, () -> full.put(0, "/tables/t/data/a", TEXT));
      expect("PUT", "/kvs/{key}", 507, () -> full.put(0, "/kvs/a", VALUE));
      for (String table : new String[] {"", "/tables/{table}"}) {
        String all = table + "/transactions";
        String there = table.replace("{table}", "t") + "/transactions";
        expect("POST", all, 507, () -> full.send(0, "POST", there, TRANSACTION));
        expect("POST", all, 501, () -> weak.send(0, "POST", there, TRANSACTION));
        expect(
            "POST", all, 500, () -> stuck(stuck, () -> stuck.send(0, "POST", there, TRANSACTION)));
      }
      expectOfViewsWhenStuck(shrinking, splitting);
      expect("PUT", "/view", 501, () -> fixed.put(0, "/view", PAIR));
      expect("DELETE", "/view", 501, () -> fixed.send(0, "DELETE", "/view", named(fixed, 2)));

      Set<String> documented = documented(web.get(0, "/openapi.json").json());
      assertThat(requests.keySet()).containsExactlyInAnyOrderElementsOf(documented);
      requests.forEach(
          (name, request) -> {
            Reply reply = request.get();
            assertThat(reply.status()).as("%s: %s", name, reply).isEqualTo(statuses.get(name));
            if (reply.status() >= 400) {
              assertThat(reply.field("error")).as(name).isNotEmpty();
            }
          });

      Set<String> served = new TreeSet<>();
      HttpProtocol.routes(
              null, null, new StoreStatus(null, null, null, node -> true, Runnable::run))
          .all()
          .forEach(
              route ->
                  route
                      .byMethod()
                      .keySet()
                      .forEach(method -> served.add(method + " " + route.path())));
      Set<String> described = new TreeSet<>();
      documented.forEach(name -> described.add(name.substring(0, name.lastIndexOf(' '))));
      assertThat(described).isEqualTo(served);
    }
  }

  private void expectOnWell(Web web) {
    expect("GET", "/", 200, () -> web.get(0, "/"));
    expect("GET", "/status", 200, () -> web.get(0, "/status"));
    expectOfEntries(web, "/entries", "/entries");
    expectOfEntries(web, "/tables/{table}/entries", "/tables/t/entries");
    String noTable = "/tables/none/entries";
    expect("GET", "/tables/{table}/entries", 404, () -> web.get(0, noTable));
    expect("POST", "/tables/{table}/entries", 404, () -> web.send(0, "POST", noTable, ENTRY));
    expect("GET", "/ping", 200, () -> web.get(0, "/ping"));
    expect("GET", "/health", 200, () -> web.get(0, "/health"));
    expect("GET", "/metrics", 200, () -> web.get(0, "/metrics"));
    expect("GET", "/openapi.json", 200, () -> web.get(0, "/openapi.json"));
    expect("GET", "/tables", 200, () -> web.get(0, "/tables"));
    expectOfData(web, "/data", "/data");
    expectOfData(web, "/tables/{table}/data", "/tables/t/data");
    expectOfTransactions(web, "", "");
    expectOfTransactions(web, "/tables/{table}", "/tables/t");
    String inNone = "/tables/none/transactions";
    expect(
        "POST",
        "/tables/{table}/transactions",
        404,
        () -> web.send(0, "POST", inNone, TRANSACTION));
    expectOfWatches(web, "", "");
    expectOfWatches(web, "/tables/{table}", "/tables/t");
    expect("GET", "/tables/{table}/watch", 404, () -> web.get(0, "/tables/none/watch"));
    expect("GET", "/tables/{table}/data", 404, () -> web.get(0, "/tables/none/data"));
    expect("PUT", "/tables/{table}/data/{key}", 404, () -> web.put(0, "/tables/none/data/a", TEXT));

    expect("PUT", "/kvs/{key}", 201, () -> web.put(0, "/kvs/a", VALUE));
    expect("PUT", "/kvs/{key}", 200, () -> web.put(0, "/kvs/a", VALUE));
    expect("PUT", "/kvs/{key}", 400, () -> web.put(0, "/kvs/a", "{}"));
    String large = "x".repeat(1 << 20);
    expect(
        "PUT", "/kvs/{key}", 413, () -> web.put(0, "/kvs/a", VALUE.replace("v\",", large + "\",")));
    expect("GET", "/kvs/{key}", 200, () -> web.get(0, "/kvs/a"));
    expect("GET", "/kvs/{key}", 400, () -> web.get(0, "/kvs/" + LONG));
    expect("GET", "/kvs/{key}", 404, () -> web.get(0, "/kvs/none"));
    expect("DELETE", "/kvs/{key}", 200, () -> web.delete(0, "/kvs/a"));
    expect("DELETE", "/kvs/{key}", 400, () -> web.delete(0, "/kvs/" + LONG));
    expect("DELETE", "/kvs/{key}", 404, () -> web.delete(0, "/kvs/none"));

    String last = named(web, 2);
    expect("GET", "/view", 200, () -> web.get(0, "/view"));
    expect("PUT", "/view", 200, () -> web.put(0, "/view", last));
    expect("PUT", "/view", 400, () -> web.put(0, "/view", "{}"));
    expect("DELETE", "/view", 200, () -> web.send(0, "DELETE", "/view", last));
    expect("DELETE", "/view", 404, () -> web.send(0, "DELETE", "/view", last));
    expect("DELETE", "/view", 400, () -> web.delete(0, "/view"));
    expect("PUT", "/view", 201, () -> web.put(0, "/view", last));
  }

  private void expectOfEntries(Web web, String all, String path) {
    expect("GET", all, 200, () -> web.get(0, path));
    expect("GET", all, 400, () -> web.get(0, path + "?limit=0"));
    expect("POST", all, 200, () -> web.send(0, "POST", path, ENTRY));
    expect("POST", all, 400, () -> web.send(0, "POST", path, "{}"));
  }

  /** Of the store, or of a table with this in its address. */
  private void expectOfTransactions(Web web, String named, String path) {
    String all = named + "/transactions";
    String there = path + "/transactions";
    expect("POST", all, 200, () -> web.send(0, "POST", there, TRANSACTION));
    expect("POST", all, 400, () -> web.send(0, "POST", there, "{\"then\": 1}"));
    String add = "{\"then\": [{\"add\": \"k\", \"delta\": 1}]}";
    expect("POST", all, 409, () -> web.send(0, "POST", there, add));
    String large = TRANSACTION.replace("v\"}", "x".repeat(1 << 20) + "\"}");
    expect("POST", all, 413, () -> web.send(0, "POST", there, large));
  }

  /** Of the store, or of a table with this in its address. */
  private void expectOfWatches(Web web, String named, String path) {
    String watch = named + "/watch";
    expect("GET", watch, 200, () -> web.begin(0, path + "/watch"));
    expect("GET", watch, 400, () -> web.get(0, path + "/watch?since=yesterday"));
    expect("GET", watch, 410, () -> web.get(0, path + "/watch?since=0:1@1"));
  }

  private void expectOfData(Web web, String all, String path) {
    String one = all + "/{key}";
    expect("GET", all, 200, () -> web.get(0, path));
    expect("GET", all, 400, () -> web.get(0, path + "?limit=0"));

    expect("PUT", one, 201, () -> web.put(0, path + "/a", TEXT));
    expect("PUT", one, 200, () -> web.put(0, path + "/a", TEXT));
    expect("PUT", one, 400, () -> web.put(0, path + "/a", "{}"));
    expect("PUT", one, 412, () -> web.send(0, "PUT", path + "/a", TEXT, "If-None-Match", "*"));
    String large = TEXT.replace("v\"}", "x".repeat(1 << 20) + "\"}");
    expect("PUT", one, 413, () -> web.put(0, path + "/a", large));
    expect("GET", one, 200, () -> web.get(0, path + "/a"));
    expect("GET", one, 304, () -> web.send(0, "GET", path + "/a", "", "If-None-Match", "*"));
    expect("GET", one, 400, () -> web.get(0, path + "/" + LONG));
    expect("GET", one, 404, () -> web.get(0, path + "/none"));
    expect("DELETE", one, 412, () -> web.send(0, "DELETE", path + "/a", "", "If-Match", "\"0\""));
    expect("DELETE", one, 200, () -> web.delete(0, path + "/a"));
    expect("DELETE", one, 400, () -> web.delete(0, path + "/" + LONG));
    expect("DELETE", one, 404, () -> web.delete(0, path + "/none"));
  }

  private static String named(Web web, int node) {
    return "{\"socket-address\": \"" + Addresses.text(web.address(node)) + "\"}";
  }

  private void expectWithoutView(Web web) {
    expect("GET", "/health", 503, () -> web.get(0, "/health"));
    for (String table : new String[] {"", "/tables/{table}"}) {
      String path = table.replace("{table}", "t") + "/data";
      String entries = table.replace("{table}", "t") + "/entries";
      expect("GET", table + "/entries", 503, () -> web.get(0, entries));
      expect("POST", table + "/entries", 503, () -> web.send(0, "POST", entries, ENTRY));
      String all = table.replace("{table}", "t") + "/transactions";
      expect("POST", table + "/transactions", 503, () -> web.send(0, "POST", all, TRANSACTION));
      String watch = table.replace("{table}", "t") + "/watch";
      expect("GET", table + "/watch", 503, () -> web.get(0, watch));
      expect("GET", table + "/data", 503, () -> web.get(0, path));
      expect("GET", table + "/data/{key}", 503, () -> web.get(0, path + "/a"));
      expect("PUT", table + "/data/{key}", 503, () -> web.put(0, path + "/a", TEXT));
      expect("DELETE", table + "/data/{key}", 503, () -> web.delete(0, path + "/a"));
    }
    expect("GET", "/kvs/{key}", 503, () -> web.get(0, "/kvs/a"));
    expect("PUT", "/kvs/{key}", 503, () -> web.put(0, "/kvs/a", VALUE));
    expect("DELETE", "/kvs/{key}", 503, () -> web.delete(0, "/kvs/a"));
  }

  private void expectWithoutToken(Web web) {
    for (String path :
        List.of(
            "/health",
            "/status",
            "/entries",
            "/tables/{table}/entries",
            "/metrics",
            "/openapi.json",
            "/data",
            "/view",
            "/watch",
            "/tables/{table}/watch",
            "/tables",
            "/tables/{table}/data")) {
      expect("GET", path, 401, () -> web.get(0, path.replace("{table}", "t")));
    }
    for (String path : List.of("/data/{key}", "/kvs/{key}", "/tables/{table}/data/{key}")) {
      String there = path.replace("{key}", "k").replace("{table}", "t"); // refused at once
      expect("GET", path, 401, () -> web.get(0, there));
      expect("PUT", path, 401, () -> web.put(0, there, VALUE));
      expect("DELETE", path, 401, () -> web.delete(0, there));
    }
    for (String path :
        List.of(
            "/entries",
            "/tables/{table}/entries",
            "/transactions",
            "/tables/{table}/transactions")) {
      expect("POST", path, 401, () -> web.send(0, "POST", path.replace("{table}", "t"), ENTRY));
    }
    expect("PUT", "/view", 401, () -> web.put(0, "/view", "{}"));
    expect("DELETE", "/view", 401, () -> web.delete(0, "/view"));
  }

  /** What a request is answered whose write has just begun when the other nodes are cut off. */
  private static Reply stuck(Web web, Supplier<Reply> request) {
    Network network = web.store().cluster().network();
    network.heal();
    Eventually.holdsWithin(
        Duration.ofSeconds(10),
        () ->
            web.put(0, "/data/there", TEXT).status() < 300
                && web.put(0, "/tables/t/data/there", TEXT).status() < 300);
    network.isolate(NodeId.of(1));
    network.isolate(NodeId.of(2));
    return request.get();
  }

  private void expectWhenStuck(Web web) {
    expect("PUT", "/data/{key}", 500, () -> stuck(web, () -> web.put(0, "/data/k", TEXT)));
    expect("DELETE", "/data/{key}", 500, () -> stuck(web, () -> web.delete(0, "/data/there")));
    expect("POST", "/entries", 500, () -> stuck(web, () -> web.send(0, "POST", "/entries", ENTRY)));
    String entries = "/tables/t/entries";
    expect(
        "POST",
        "/tables/{table}/entries",
        500,
        () -> stuck(web, () -> web.send(0, "POST", entries, ENTRY)));
    String table = "/tables/t/data";
    String one = "/tables/{table}/data/{key}";
    expect("PUT", one, 500, () -> stuck(web, () -> web.put(0, table + "/k", TEXT)));
    expect("DELETE", one, 500, () -> stuck(web, () -> web.delete(0, table + "/there")));
    expect("PUT", "/kvs/{key}", 500, () -> stuck(web, () -> web.put(0, "/kvs/k", VALUE)));
    expect("DELETE", "/kvs/{key}", 500, () -> stuck(web, () -> web.delete(0, "/kvs/there")));
  }

  /** These are answered after some seconds: meanwhile the others are asked. */
  private void expectOfViewsWhenStuck(Web shrinking, Web splitting) {
    for (Web web : List.of(shrinking, splitting)) {
      web.store().cluster().network().isolate(NodeId.of(1));
      web.store().cluster().network().isolate(NodeId.of(2));
    }
    CompletableFuture<Reply> shrunk =
        CompletableFuture.supplyAsync(
            () -> shrinking.send(0, "DELETE", "/view", named(shrinking, 2)));
    CompletableFuture<Reply> split =
        CompletableFuture.supplyAsync(() -> splitting.put(0, "/view", PAIR));
    expect("DELETE", "/view", 503, shrunk::join);
    expect("PUT", "/view", 503, split::join);
  }
}
