package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.Endpoint;
import io.kvstore.server.Http;
import io.kvstore.server.net.Admission;
import io.kvstore.server.net.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Requests that were right once and then changed at random, cut into pieces at random: no hang, no
 * leak, only answers that are described, and nothing that deserves an error in the log. {@code
 * -Dkvstore.fuzz=1000000} tries more.
 */
final class FuzzTest {
  private static final int INPUTS = Integer.getInteger("kvstore.fuzz", 20_000);
  private static final long SEED = Long.getLong("kvstore.seed", 1);
  private static final int INPUTS_OF_A_STORE = 10_000;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

  /** With a dollar sign for each end of a line. */
  private static final String[] VALID = {
    "GET /ping HTTP/1.1$Host: x$$",
    "GET /health HTTP/1.1$Host: x$$",
    "GET /metrics HTTP/1.1$Host: x$$",
    "GET /data?prefix=k&limit=3 HTTP/1.1$Host: x$$",
    "GET /data/k%31 HTTP/1.1$Host: x$If-None-Match: \"1\"$$",
    "PUT /data/k1 HTTP/1.1$Host: x$Content-Length: 14$${\"value\": \"v\"}",
    "PUT /data/k2 HTTP/1.1$Transfer-Encoding: chunked$$a${\"value\": $4$\"v\"}$0$$",
    "PUT /data/k3 HTTP/1.1$If-Match: \"3\"$Content-Length: 14$${\"value\": \"v\"}",
    "DELETE /data/k2 HTTP/1.1$Host: x$$",
    "PUT /kvs/k4 HTTP/1.1$Content-Length: 46$${\"value\": [1, {\"a\": 2}], \"causal-metadata\":null}",
    "GET /kvs/k4 HTTP/1.1$Content-Length: 27$${\"causal-metadata\": \"0:1\"} ",
    "DELETE /kvs/k4 HTTP/1.1$Content-Length: 25$${\"causal-metadata\": null}",
    "GET /view HTTP/1.1$Accept: application/json; detail=full$$",
    "PUT /view HTTP/1.1$Content-Length: 42$${\"view\": [{\"address\": \"x:1\", \"id\": \"1\"}]} ",
    "PUT /view HTTP/1.1$Content-Length: 26$${\"socket-address\": \"x:81\"}",
    "OPTIONS * HTTP/1.0$Connection: keep-alive$$",
    "PUT /data/k HTTP/1.1$Expect: 100-continue$Content-Length: 9000$$",
  };

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
      Directory directory = new Directory();
      Views views = new Views(store.cluster(), directory, Runnable::run, true);
      Http options = Http.on(Endpoint.loopback()).withBodyBytes(8_000);
      Protocol protocol =
          new HttpProtocol(store, options, directory, views)
              .at(NodeId.of(0), Admission.ofOneAmong(1));
      for (long seed = firstSeed; seed < firstSeed + inputs; seed++) {
        try {
          playOne(protocol, seed);
        } catch (RuntimeException | Error failed) {
          throw new AssertionError("input of seed " + seed, failed);
        }
      }
    }
  }

  private static void playOne(Protocol protocol, long seed) {
    Random random = new Random(seed);
    byte[] input = mutated(random, valid(random));
    EmbeddedChannel channel =
        new EmbeddedChannel(protocol.handlers().toArray(ChannelHandler[]::new));
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
    Matcher status = STATUS.matcher(answers);
    while (status.find()) {
      assertThat(status.group(1)).isNotEqualTo("500");
    }
  }

  private static void read(EmbeddedChannel channel, StringBuilder answers) {
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      if (out instanceof ByteBuf bytes) {
        answers.append(bytes.toString(StandardCharsets.ISO_8859_1));
        bytes.release();
      }
    }
  }

  private static byte[] valid(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.append(VALID[random.nextInt(VALID.length)]);
    }
    return text.toString().replace("$", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
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
