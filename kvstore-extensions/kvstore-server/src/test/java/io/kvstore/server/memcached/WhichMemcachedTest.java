package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import org.junit.jupiter.api.Test;

/** Says on the console of a build what the tests talk to: it may not be a memcached. */
final class WhichMemcachedTest {
  @Test
  void aServerIsThere() throws Exception {
    System.out.println(ReferenceMemcached.description());
    try (ReferenceMemcached server = ReferenceMemcached.start();
        Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      assertThat(socket.isConnected()).isTrue();
    }
  }
}
