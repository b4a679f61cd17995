package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a server is made of, and what it refuses to be made of. */
class ServerTest {
  @Test
  void everyNodeHasAPortOfItsOwnOnLoopback() {
    try (Served served = Served.at(Consistency.LINEARIZABLE)) {
      assertThat(served.server().memcachedAddresses())
          .containsOnlyKeys(NodeId.of(0), NodeId.of(1), NodeId.of(2));
      assertThat(served.server().memcachedAddresses().values())
          .allMatch(address -> address.getAddress().isLoopbackAddress())
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void aServerWithoutProtocolsHasNoPorts() {
    try (KVStore<Bytes, Bytes> store =
            KVStore.builder().keys(Codecs.BYTES).values(Codecs.BYTES).open();
        Server server = Server.over(store).start()) {
      assertThat(server.memcachedAddress(NodeId.of(0))).isEmpty();
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    try (Served first = Served.at(Consistency.LINEARIZABLE)) {
      int taken = first.address(0).getPort();
      Memcached options = Memcached.on(Endpoint.loopback().withPort(taken));
      assertThatThrownBy(() -> Server.over(first.store()).memcached(options).start())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(Integer.toString(taken));
    }
  }

  @Test
  void aServerOfAClosedStoreIsRefusedAndLeavesNoThread() {
    KVStore<Bytes, Bytes> store = KVStore.builder().keys(Codecs.BYTES).values(Codecs.BYTES).open();
    store.close();
    assertThatThrownBy(() -> Server.over(store).http(Http.onLoopback()).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(each -> each.getName().startsWith("kvstore-server"));
  }

  @Test
  void aSecondCloseDoesNothing() {
    Served served = Served.at(Consistency.LINEARIZABLE);
    served.server().close();
    served.close();
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    Endpoint endpoint = Endpoint.loopback();
    assertThatThrownBy(() -> endpoint.withPort(65_536)).hasMessageContaining("65536");
    assertThatThrownBy(() -> endpoint.withIdleTimeout(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EndpointLimits.DEFAULT.withPipelined(0))
        .hasMessageContaining("pipelined");
    assertThatThrownBy(() -> EndpointLimits.DEFAULT.withLineBytes(100))
        .hasMessageContaining("2048");
    assertThatThrownBy(() -> Memcached.onLoopback().withVersion("new")).hasMessageContaining("new");
  }

  @Test
  void theOldProtocolWithoutFlagsIsUnderstoodWhereItIsAllowed() {
    String request = "set k 5\r\nhello\r\n";
    try (Served strict = Served.at(Consistency.LINEARIZABLE);
        RawClient client = strict.client(0)) {
      assertThat(client.say(request)).isEqualTo("ERROR\r\nERROR\r\n");
    }
    Memcached lenient = Memcached.onLoopback().withLenientSet().withVersion("1.5.0");
    try (Served served = Served.with(Consistency.LINEARIZABLE, store -> store, lenient);
        RawClient client = served.client(0)) {
      assertThat(client.say(request + "get k\r\nversion\r\n"))
          .isEqualTo("STORED\r\nVALUE k 0 5\r\nhello\r\nEND\r\nVERSION 1.5.0\r\n");
    }
  }
}
