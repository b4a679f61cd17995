package io.kvstore.server.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection on which nothing has been read or written for some time; or on which a
 * request has been coming for longer than that, at less than the slowest speed that is waited for.
 */
final class IdleClose extends IdleStateHandler {
  private static final int LOOKS = 4;

  private final Duration time;
  private @Nullable ScheduledFuture<?> look;

  IdleClose(Duration time) {
    super(0, 0, time.toNanos(), TimeUnit.NANOSECONDS);
    this.time = time;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    super.handlerAdded(added);
    BufferBudget.Share share = BufferBudget.shareOf(added.channel());
    long period = Math.max(1, time.toNanos() / LOOKS);
    look =
        added
            .executor()
            .scheduleWithFixedDelay(
                () -> {
                  if (share.isLate(time)) {
                    share.close();
                  }
                },
                period,
                period,
                TimeUnit.NANOSECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) throws Exception {
    if (look != null) {
      look.cancel(false);
    }
    super.handlerRemoved(removed);
  }

  @Override
  protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
    BufferBudget.shareOf(context.channel()).close();
  }
}
