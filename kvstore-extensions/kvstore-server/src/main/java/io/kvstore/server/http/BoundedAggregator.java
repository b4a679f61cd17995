package io.kvstore.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts the parts of a request together, up to a limit. A request over it is passed on as {@link
 * #TOO_LARGE}, so that its answer waits for its turn; what is left of its body is swallowed. So is
 * the body of one that may not be asked, which is passed on without it: no client takes memory for
 * what is refused by its headers.
 */
final class BoundedAggregator extends HttpObjectAggregator {
  /** Stands for a request whose body is over the limit. */
  static final Object TOO_LARGE = new Object();

  private final Predicate<HttpHeaders> mayAsk;

  BoundedAggregator(int maxBytes, Predicate<HttpHeaders> mayAsk) {
    super(maxBytes);
    this.mayAsk = mayAsk;
  }

  @Override
  protected boolean isContentLengthInvalid(HttpMessage start, int maxContentLength) {
    boolean isRefused = start.decoderResult().isSuccess() && !mayAsk.test(start.headers());
    return isRefused || super.isContentLengthInvalid(start, maxContentLength);
  }

  /** A body over the limit is not asked for: what is said of it waits for its turn. */
  @Override
  protected @Nullable Object newContinueResponse(
      HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
    if (start.decoderResult().isFailure()) {
      return null;
    }
    boolean fits =
        HttpUtil.getContentLength(start, 0L) <= maxContentLength && mayAsk.test(start.headers());
    return fits && HttpUtil.is100ContinueExpected(start)
        ? super.newContinueResponse(start, maxContentLength, pipeline)
        : null;
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage refused) {
    if (!mayAsk.test(refused.headers()) && refused instanceof HttpRequest request) {
      context.fireChannelRead(
          new DefaultFullHttpRequest(
              request.protocolVersion(),
              request.method(),
              request.uri(),
              Unpooled.EMPTY_BUFFER,
              request.headers(),
              EmptyHttpHeaders.INSTANCE));
    } else {
      context.fireChannelRead(TOO_LARGE);
    }
  }
}
