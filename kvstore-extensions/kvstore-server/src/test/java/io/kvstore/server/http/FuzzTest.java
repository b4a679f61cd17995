package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.Endpoint;
import io.kvstore.server.Fuzz;
import io.kvstore.server.Http;
import io.kvstore.server.net.Admission;
import io.kvstore.server.net.Protocol;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that have been tampered with get only answers that are described. See {@link Fuzz}. */
final class FuzzTest {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

  /** With a dollar sign for each end of a line. */
  private static final String[] VALID = {
    "GET /ping HTTP/1.1$Host: localhost$$",
    "GET /health HTTP/1.1$Host: localhost$$",
    "GET /metrics HTTP/1.1$Host: localhost$$",
    "GET /data?prefix=k&limit=3 HTTP/1.1$Host: localhost$$",
    "GET /data/k%31 HTTP/1.1$Host: localhost$If-None-Match: \"1\"$$",
    "PUT /data/k1 HTTP/1.1$Host: localhost$Content-Length: 14$${\"value\": \"v\"}",
    "PUT /data/k2 HTTP/1.1$Transfer-Encoding: chunked$$a${\"value\": $4$\"v\"}$0$$",
    "PUT /data/k3 HTTP/1.1$If-Match: \"3\"$Content-Length: 14$${\"value\": \"v\"}",
    "DELETE /data/k2 HTTP/1.1$Host: localhost$$",
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
    Fuzz.play(
        store -> {
          Protocol protocol = protocolOver(store);
          return seed -> playOne(protocol, seed);
        });
  }

  private static Protocol protocolOver(KVStore<Bytes, Bytes> store) {
    Directory directory = new Directory(1);
    Views views = new Views(store.cluster(), directory, Runnable::run, true);
    Http options = Http.on(Endpoint.loopback()).withBodyBytes(8_000);
    return new HttpProtocol(
            store,
            options,
            directory,
            views,
            Events.of(store.cluster()),
            node -> true,
            Runnable::run)
        .at(NodeId.of(0), Admission.ofOneAmong(1));
  }

  private static void playOne(Protocol protocol, long seed) {
    Random random = new Random(seed);
    String valid = valid(random);
    EmbeddedChannel channel =
        new EmbeddedChannel(protocol.handlers().toArray(ChannelHandler[]::new));
    Matcher status = STATUS.matcher(Fuzz.answersTo(valid, channel, random));
    while (status.find()) {
      assertThat(status.group(1)).isNotEqualTo("500");
    }
  }

  private static String valid(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.append(VALID[random.nextInt(VALID.length)]);
    }
    return text.toString().replace("$", "\r\n");
  }
}
