package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.Memcached;
import io.kvstore.server.net.Admission;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Inputs that were right once and then changed at random, cut into pieces at random: no hang, no
 * leak, and nothing that deserves an error in the log. {@code -Dkvstore.fuzz=1000000} tries more.
 */
class FuzzTest {
  private static final int INPUTS = Integer.getInteger("kvstore.fuzz", 20_000);
  private static final long SEED = Long.getLong("kvstore.seed", 1);
  private static final int INPUTS_OF_A_STORE = 10_000;

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void noInputHangsOrLeaksOrIsAnError() {
    ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    PrintStream console = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      for (int done = 0; done < INPUTS; done += INPUTS_OF_A_STORE) {
        play(SEED + done, Math.min(INPUTS_OF_A_STORE, INPUTS - done));
        System.gc(); // leaks are found among what has been collected
      }
    } finally {
      System.setErr(console);
      ResourceLeakDetector.setLevel(before);
    }
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("ERROR").doesNotContain("LEAK");
  }

  private static void play(long firstSeed, int inputs) {
    try (KVStore<Bytes, Bytes> store =
        KVStore.builder()
            .keys(Codecs.BYTES)
            .values(Codecs.BYTES)
            .consistency(Consistency.EVENTUAL)
            .replicas(1)
            .open()) {
      Memcached options = Memcached.onLoopback().withLenientSet();
      NodeState node =
          new NodeState(store, NodeId.of(0), options, new Marks(), Admission.ofOneAmong(1));
      for (long seed = firstSeed; seed < firstSeed + inputs; seed++) {
        try {
          playOne(node, seed);
        } catch (RuntimeException | Error failed) {
          throw new AssertionError("input of seed " + seed, failed);
        }
      }
    }
  }

  private static void playOne(NodeState node, long seed) {
    Random random = new Random(seed);
    byte[] input = mutated(random, valid(seed));
    EmbeddedChannel channel = new EmbeddedChannel(new Conversation(node, null));
    int at = 0;
    while (at < input.length && channel.isOpen()) {
      int end = at + 1 + random.nextInt(Math.max(1, input.length - at));
      channel.writeInbound(Unpooled.copiedBuffer(input, at, end - at));
      release(channel);
      at = end;
    }
    channel.runPendingTasks();
    release(channel);
    channel.checkException();
    channel.finishAndReleaseAll();
  }

  private static void release(EmbeddedChannel channel) {
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      out.release();
    }
  }

  private static byte[] valid(long seed) {
    RandomCommands commands = new RandomCommands(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      text.append(commands.next().replaceAll("\\{.*?}", "12"));
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] mutated(Random random, byte[] valid) {
    byte[] bytes = valid;
    int changes = random.nextInt(6);
    for (int i = 0; i < changes && bytes.length > 1; i++) {
      int place = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[place] = (byte) random.nextInt(256);
        case 1 -> bytes[place] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes = Arrays.copyOf(bytes, place + 1);
        case 3 ->
            bytes =
                joined(
                    Arrays.copyOf(bytes, place),
                    Arrays.copyOfRange(bytes, place + 1, bytes.length));
        default -> bytes = joined(bytes, Arrays.copyOfRange(bytes, place, bytes.length));
      }
    }
    return bytes;
  }

  private static byte[] joined(byte[] head, byte[] tail) {
    byte[] both = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, both, head.length, tail.length);
    return both;
  }
}
