package io.kvstore.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/**
 * The end of a connection in stages, so that the last answer arrives while the client still sends
 * (RFC 9112, section 9.6): to close with bytes unread would reset the connection, and the answer
 * with it.
 */
final class LingeringClose {
  private static final long LINGER_MILLIS = 1_000;

  private LingeringClose() {}

  /**
   * Ends a connection once what was written is on its way.
   *
   * @param isInputLeft whether the client may still be sending, so that what comes is thrown away
   *     for a while; not possible within TLS
   */
  static void begin(ChannelHandlerContext context, boolean isInputLeft) {
    boolean isPlain = context.pipeline().get(SslHandler.class) == null;
    var last = context.writeAndFlush(Unpooled.EMPTY_BUFFER);
    if (isInputLeft && isPlain && context.channel() instanceof SocketChannel socket) {
      context.channel().config().setAutoRead(true);
      last.addListener(
          written -> {
            var unused = socket.shutdownOutput();
          });
      var unused =
          context.executor().schedule(() -> end(context), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    } else {
      last.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private static void end(ChannelHandlerContext context) {
    var unused = context.close();
  }
}
