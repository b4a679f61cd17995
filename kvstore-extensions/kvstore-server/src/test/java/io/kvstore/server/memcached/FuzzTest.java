package io.kvstore.server.memcached;

import io.kvstore.NodeId;
import io.kvstore.server.Fuzz;
import io.kvstore.server.Memcached;
import io.kvstore.server.net.Admission;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands that have been tampered with. See {@link Fuzz}. */
class FuzzTest {
  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void noInputHangsOrLeaksOrIsAnError() {
    Memcached options = Memcached.onLoopback().withLenientSet();
    Fuzz.play(
        store -> {
          NodeState node =
              new NodeState(store, NodeId.of(0), options, new Marks(), Admission.ofOneAmong(1));
          return seed -> playOne(node, seed);
        });
  }

  private static void playOne(NodeState node, long seed) {
    EmbeddedChannel channel = new EmbeddedChannel(new Conversation(node, null));
    Fuzz.answersTo(valid(seed), channel, new Random(seed));
  }

  private static String valid(long seed) {
    RandomCommands commands = new RandomCommands(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      text.append(commands.next().replaceAll("\\{.*?}", "12"));
    }
    return text.toString();
  }
}
