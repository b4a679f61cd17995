package io.kvstore.server.http;

import io.kvstore.server.net.BufferBudget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Tells how much has come of a request that is not complete yet, headers included: bytes are
 * counted before they are decoded, and forgotten with the end of a request behind it.
 */
final class RequestMeter {
  private long bytes;

  /** What stands before the decoder. */
  ChannelHandler bytes() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext from, Object message) {
        if (message instanceof ByteBuf read) {
          bytes += read.readableBytes();
        }
        from.fireChannelRead(message);
        BufferBudget.Share share = BufferBudget.shareOf(from.channel());
        share.holdIncompleteRequest(bytes);
        share.awaitRest(bytes > 0);
      }
    };
  }

  /** What stands behind the decoder. */
  ChannelHandler requests() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext from, Object message) {
        if (message instanceof LastHttpContent) {
          bytes = 0;
          BufferBudget.shareOf(from.channel()).awaitRest(false);
        }
        from.fireChannelRead(message);
      }
    };
  }
}
