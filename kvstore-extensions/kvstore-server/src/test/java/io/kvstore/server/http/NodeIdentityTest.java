package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.server.Http;
import io.kvstore.server.http.Web.Reply;
import io.kvstore.server.net.Addresses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Section 3.1 of the contracts: a node is its number, not its address. */
final class NodeIdentityTest {
  private Web web =
      Web.with(
          Consistency.LINEARIZABLE,
          store -> store.failover(Failover.byHand()),
          Http.onLoopback().withViewsFromOutside());

  @AfterEach
  void close() {
    web.close();
  }

  private String at(int addressOf, int id) {
    return "{\"address\": \"" + addressOf(addressOf) + "\", \"id\": " + id + "}";
  }

  private String addressOf(int node) {
    return Addresses.text(web.address(node));
  }

  private Reply tell(int receiver, String... members) {
    return web.put(receiver, "/view", "{\"view\": [" + String.join(", ", members) + "]}");
  }

  private void set(int node, String value) {
    Reply reply = web.put(node, "/data/k", "{\"value\": \"" + value + "\"}");
    assertThat(reply.status()).as("%s", reply).isLessThan(300);
  }

  private void assertIs(int node, int id, String value) {
    Reply reply = web.get(node, "/data/k");
    assertThat(reply).hasToString("200 {\"value\":\"" + value + "\"}");
    assertThat(reply.header("Node-Id")).isEqualTo("" + id);
  }

  @Test
  void twoNodesThatComeBackWithEachOthersAddressStayWhoTheyAre() {
    assertThat(tell(0, at(0, 1)).status()).isEqualTo(200);
    assertThat(tell(1, at(1, 2)).status()).isEqualTo(200);
    set(0, "one");
    set(1, "two");
    assertThat(tell(0, at(1, 1), at(0, 2)).status()).isEqualTo(200);
    assertIs(0, 1, "one");
    assertIs(1, 2, "one");
    assertThat(web.get(0, "/view").json().get("view").toString())
        .isEqualTo("[\"" + addressOf(1) + "\",\"" + addressOf(0) + "\"]");
  }

  @Test
  void aNodeMayHaveAnAddressThatAnotherNodeHadBefore() {
    assertThat(tell(0, at(0, 1), at(1, 2)).status()).isEqualTo(200);
    set(0, "both");
    assertThat(tell(0, at(1, 1)).status()).isEqualTo(200);
    set(0, "one");
    assertIs(0, 1, "one");
    assertThat(web.get(1, "/data/k").status())
        .isEqualTo(503); // left out, until it is told of a view
    assertThat(tell(2, at(0, 3)).status()).isEqualTo(200);
    set(2, "three");
    assertIs(2, 3, "three");
    String view = "{\"view\":[\"" + addressOf(1) + "\"]}";
    assertThat(web.get(0, "/view")).hasToString("200 " + view);
  }

  @Test
  void anAddressMeansTheNodeThatHasItInTheViewOfTheNodeThatIsAsked() {
    assertThat(tell(0, at(0, 1), at(1, 2)).status()).isEqualTo(200);
    assertThat(tell(2, at(1, 3)).status()).isEqualTo(200);
    String second = "{\"socket-address\": \"" + addressOf(1) + "\"}";
    assertThat(web.send(0, "DELETE", "/view", second).status()).isEqualTo(200);
    assertThat(web.get(0, "/view").json().get("view")).hasSize(1);
    assertThat(web.get(2, "/view").json().get("view")).hasSize(1);
  }

  @Test
  void aNodeWithoutANumberIsFoundByItsAddress() {
    assertThat(tell(1, at(1, 1)).status()).isEqualTo(200);
    set(1, "one");
    assertThat(tell(0, at(1, 1), at(0, 2)).status()).isEqualTo(200);
    assertIs(1, 1, "one");
    assertIs(0, 2, "one");
  }

  @Test
  void whereViewsChangeByThemselvesTheNumbersAreKnownFromTheStart() {
    web.close();
    web = Web.at(Consistency.LINEARIZABLE);
    set(0, "one");
    assertThat(tell(0, at(1, 1), at(0, 2)).status()).isEqualTo(200);
    assertIs(0, 1, "one");
    assertIs(1, 2, "one");
  }

  @Test
  void aViewThatNamesANumberOrAnAddressTwiceIsRefused() {
    assertThat(tell(0, at(0, 1), at(1, 1)).field("error")).contains("the number 1");
    assertThat(tell(0, at(0, 1), at(0, 2)).field("error")).contains(addressOf(0));
    assertThat(web.get(0, "/view")).hasToString("200 {\"view\":[]}");
  }
}
