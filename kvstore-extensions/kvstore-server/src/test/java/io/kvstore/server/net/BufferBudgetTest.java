package io.kvstore.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.Eventually;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What all connections may buffer together. */
class BufferBudgetTest {
  private final BufferBudget budget = new BufferBudget(1_000);

  private EmbeddedChannel connect() {
    EmbeddedChannel channel = new EmbeddedChannel();
    budget.admit(channel);
    return channel;
  }

  private static BufferBudget.Share of(EmbeddedChannel channel) {
    return BufferBudget.shareOf(channel);
  }

  @Test
  void allThatAConnectionBuffersCounts() {
    EmbeddedChannel channel = connect();
    of(channel).holdIncompleteRequest(10);
    of(channel).holdRequests(20);
    of(channel).holdAnswers(30);
    assertThat(budget.held()).isEqualTo(60);
    of(channel).holdRequests(0);
    assertThat(budget.held()).isEqualTo(40);
    channel.close().syncUninterruptibly();
    assertThat(budget.held()).isZero();
  }

  @Test
  void whoHasMostIsClosedWhenItIsTooMuch() {
    EmbeddedChannel large = connect();
    EmbeddedChannel small = connect();
    EmbeddedChannel last = connect();
    of(large).holdAnswers(900);
    of(small).holdIncompleteRequest(1);
    of(last).holdIncompleteRequest(100);
    assertThat(large.isOpen()).isFalse();
    assertThat(small.isOpen()).isTrue();
    assertThat(last.isOpen()).isTrue();
    assertThat(budget.held()).isEqualTo(101);
  }

  @Test
  void whoIsInTheMiddleOfARequestStaysWhileOthersThatHaveMoreArrive() {
    EmbeddedChannel begun = connect();
    of(begun).holdIncompleteRequest(300);
    for (int i = 0; i < 20; i++) { // each goes on later than the first
      of(connect()).holdIncompleteRequest(400);
    }
    assertThat(begun.isOpen()).isTrue();
    assertThat(budget.held()).isLessThanOrEqualTo(1_000);
  }

  @Test
  void whatIsHeldAfterTheEndDoesNotCount() {
    EmbeddedChannel channel = connect();
    channel.close().syncUninterruptibly();
    of(channel).holdAnswers(500);
    assertThat(budget.held()).isZero();
  }

  @Test
  void whatTheNetworkDoesNotTakeCountsUntilItDoes() {
    EmbeddedChannel channel = connect();
    ChannelHandlerContext context = contextOf(channel);
    var unused = context.write(Unpooled.wrappedBuffer(new byte[100]));
    of(channel).flushed(context); // which flushes what was written, and looks again
    assertThat(budget.held()).isGreaterThanOrEqualTo(100);
    channel.runPendingTasks();
    assertThat(budget.held()).isZero();
    channel.finishAndReleaseAll();
  }

  private static ChannelHandlerContext contextOf(EmbeddedChannel channel) {
    ChannelInboundHandlerAdapter handler = new ChannelInboundHandlerAdapter();
    channel.pipeline().addLast(handler);
    return channel.pipeline().context(handler);
  }

  @Test
  void aRequestIsLateWhenItsRestDoesNotCome() {
    EmbeddedChannel channel = connect();
    assertThat(of(channel).isLate(Duration.ZERO)).isFalse();
    of(channel).awaitRest(true);
    assertThat(of(channel).isLate(Duration.ofMinutes(1))).isFalse();
    Eventually.holds(() -> of(channel).isLate(Duration.ofMillis(1)));
    of(channel).awaitRest(false);
    assertThat(of(channel).isLate(Duration.ofMillis(1))).isFalse();
  }
}
