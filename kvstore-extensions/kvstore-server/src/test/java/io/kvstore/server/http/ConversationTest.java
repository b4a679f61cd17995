package io.kvstore.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.net.Admission;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How many requests of all connections are on their way to the store. */
class ConversationTest {
  private final Admission admission = new Admission(2);
  private final List<CompletableFuture<Answer>> begun = new ArrayList<>();
  private final List<EmbeddedChannel> channels = new ArrayList<>();

  private EmbeddedChannel ask(String path) {
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new HttpServerCodec(),
            new BoundedAggregator(1_000, headers -> true),
            new Conversation(
                request -> {
                  if (!request.isForStore()) {
                    return CompletableFuture.completedFuture(Answer.of(200, json -> {}));
                  }
                  CompletableFuture<Answer> answer = new CompletableFuture<>();
                  begun.add(answer);
                  return answer;
                },
                10,
                admission,
                Runnable::run));
    channels.add(channel);
    channel.writeInbound(
        Unpooled.copiedBuffer("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n", US_ASCII));
    return channel;
  }

  private void answer(int request) {
    begun.get(request).complete(Answer.of(200, json -> {}));
    channels.forEach(EmbeddedChannel::runPendingTasks);
  }

  private static String outputOf(EmbeddedChannel channel) {
    StringBuilder text = new StringBuilder();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      text.append(next.toString(US_ASCII));
      next.release();
    }
    return text.toString();
  }

  @Test
  void requestsForTheStoreWaitForRoomAmongThoseOfAllConnections() {
    ask("/data/a");
    ask("/kvs/a");
    EmbeddedChannel third = ask("/data/b");
    EmbeddedChannel fourth = ask("/data");
    assertThat(begun).hasSize(2);
    answer(1);
    assertThat(begun).hasSize(3);
    answer(0);
    assertThat(begun).hasSize(4);
    answer(2);
    answer(3);
    assertThat(outputOf(third)).startsWith("HTTP/1.1 200 OK");
    assertThat(outputOf(fourth)).startsWith("HTTP/1.1 200 OK");
    channels.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  @Test
  void whoAsksForTheNodeAloneNeedsNoRoom() {
    ask("/data/a");
    ask("/data/b");
    assertThat(outputOf(ask("/ping"))).startsWith("HTTP/1.1 200 OK");
    channels.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  @Test
  void whoGoesWhileWaitingHoldsNobodyUp() {
    ask("/data/a");
    ask("/data/b");
    EmbeddedChannel gone = ask("/data/c");
    ask("/data/d");
    gone.close().syncUninterruptibly();
    answer(0);
    assertThat(begun).hasSize(3);
    answer(1);
    answer(2);
    assertThat(admission.tryEnter()).isTrue();
    assertThat(admission.tryEnter()).isTrue();
    channels.forEach(EmbeddedChannel::finishAndReleaseAll);
  }
}
