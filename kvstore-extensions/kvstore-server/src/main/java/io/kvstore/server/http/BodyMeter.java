package io.kvstore.server.http;

import io.kvstore.server.net.Intake;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/** Tells how much has come of a body that is not complete yet. */
final class BodyMeter extends ChannelInboundHandlerAdapter {
  private long bytes;

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    if (message instanceof HttpContent content) {
      bytes = message instanceof LastHttpContent ? 0 : bytes + content.content().readableBytes();
    }
    from.fireChannelRead(message);
    Intake.shareOf(from.channel()).hold(bytes);
  }
}
