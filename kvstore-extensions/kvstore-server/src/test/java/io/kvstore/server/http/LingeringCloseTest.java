package io.kvstore.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class LingeringCloseTest {
  private static final int MUCH = 4 << 20;

  /** Answers as soon as anything comes, ends, and throws away what follows. */
  private static final class Impatient extends ChannelInboundHandlerAdapter {
    private boolean hasAnswered;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ((ByteBuf) message).release();
      if (!hasAnswered) {
        hasAnswered = true;
        var unused = context.write(Unpooled.copiedBuffer("enough", US_ASCII));
        LingeringClose.begin(context, true);
      }
    }
  }

  @Test
  void theAnswerArrivesThoughTheClientStillSends() throws Exception {
    var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      Channel server =
          new ServerBootstrap()
              .group(loops)
              .channel(NioServerSocketChannel.class)
              .childHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      channel.pipeline().addLast(new Impatient());
                    }
                  })
              .bind(InetAddress.getLoopbackAddress(), 0)
              .sync()
              .channel();
      int port = ((InetSocketAddress) server.localAddress()).getPort();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        OutputStream out = socket.getOutputStream();
        out.write(new byte[MUCH]);
        out.flush();
        InputStream in = socket.getInputStream();
        assertThat(new String(in.readAllBytes(), US_ASCII)).isEqualTo("enough");
      }
    } finally {
      loops.shutdownGracefully().sync();
    }
  }

  @Test
  void aConnectionOfWhichNothingIsLeftToReadIsClosedAtOnce() {
    EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    LingeringClose.begin(channel.pipeline().firstContext(), false);

    assertThat(channel.isOpen()).isFalse();
  }
}
