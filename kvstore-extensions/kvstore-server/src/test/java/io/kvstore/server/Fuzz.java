package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * Inputs that were right once and then changed at random, cut into pieces at random: no hang, no
 * leak, and nothing that deserves an error in the log. {@code -Dkvstore.fuzz=1000000} tries more.
 */
public final class Fuzz {
  private static final int INPUTS = Integer.getInteger("kvstore.fuzz", 8_000);
  private static final long SEED = Long.getLong("kvstore.seed", 1);
  private static final int INPUTS_OF_A_STORE = 10_000;

  private Fuzz() {}

  /**
   * Plays all inputs, each made from a seed of its own.
   *
   * @param player plays the input of a seed to what serves this store
   */
  public static void play(Function<KVStore<Bytes, Bytes>, LongConsumer> player) {
    ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    PrintStream console = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      for (int done = 0; done < INPUTS; done += INPUTS_OF_A_STORE) {
        playToAStore(player, SEED + done, Math.min(INPUTS_OF_A_STORE, INPUTS - done));
        System.gc(); // leaks are found among what has been collected
      }
    } finally {
      System.setErr(console);
      ResourceLeakDetector.setLevel(before);
    }
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("ERROR").doesNotContain("LEAK");
  }

  private static void playToAStore(
      Function<KVStore<Bytes, Bytes>, LongConsumer> player, long firstSeed, int inputs) {
    try (KVStore<Bytes, Bytes> store =
        KVStore.builder()
            .keys(Codecs.BYTES)
            .values(Codecs.BYTES)
            .consistency(Consistency.EVENTUAL)
            .replicas(1)
            .open()) {
      LongConsumer each = player.apply(store);
      for (long seed = firstSeed; seed < firstSeed + inputs; seed++) {
        try {
          each.accept(seed);
        } catch (RuntimeException | Error failed) {
          throw new AssertionError("input of seed " + seed, failed);
        }
      }
    }
  }

  /** Sends what has become of a valid input down a connection, piece by piece. */
  public static String answersTo(String valid, EmbeddedChannel channel, Random random) {
    byte[] input = mutated(random, valid.getBytes(StandardCharsets.ISO_8859_1));
    StringBuilder answers = new StringBuilder();
    int at = 0;
    while (at < input.length && channel.isOpen()) {
      int end = at + 1 + random.nextInt(Math.max(1, input.length - at));
      channel.writeInbound(Unpooled.copiedBuffer(input, at, end - at));
      read(channel, answers);
      at = end;
    }
    channel.runPendingTasks();
    read(channel, answers);
    channel.checkException();
    channel.finishAndReleaseAll();
    return answers.toString();
  }

  private static void read(EmbeddedChannel channel, StringBuilder answers) {
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      if (out instanceof ByteBuf bytes) {
        answers.append(bytes.toString(StandardCharsets.ISO_8859_1));
        bytes.release();
      }
    }
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
