package io.kvstore.server.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import org.jspecify.annotations.Nullable;

/**
 * Puts the parts of a request together, up to a limit. A request over it is passed on as {@link
 * #TOO_LARGE}, so that its answer waits for its turn; what is left of its body is swallowed.
 */
final class BoundedAggregator extends HttpObjectAggregator {
  /** Stands for a request whose body is over the limit. */
  static final Object TOO_LARGE = new Object();

  BoundedAggregator(int maxBytes) {
    super(maxBytes);
  }

  /** A body over the limit is not asked for: what is said of it waits for its turn. */
  @Override
  protected @Nullable Object newContinueResponse(
      HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
    if (start.decoderResult().isFailure()) {
      return null;
    }
    boolean fits = HttpUtil.getContentLength(start, 0L) <= maxContentLength;
    return fits && HttpUtil.is100ContinueExpected(start)
        ? super.newContinueResponse(start, maxContentLength, pipeline)
        : null;
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
    context.fireChannelRead(TOO_LARGE);
  }
}
