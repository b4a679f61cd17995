package io.kvstore.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * Closes an encrypted connection whose client wants to shake hands again. Each handshake costs the
 * server far more than the client, and no client needs a second one.
 *
 * <p>It stands before what decrypts, and reads no more than the first bytes of each record, which
 * say what the record is and how long: they are not encrypted. After the handshake, only a client
 * that begins another sends a record of that kind; in TLS 1.3 there is no such thing.
 */
final class NoRenegotiation extends ChannelInboundHandlerAdapter {
  private static final int HEADER_BYTES = 5;
  private static final int HANDSHAKE = 22;
  private static final int LENGTH_AT = 3;

  private final SslHandler tls;
  private int headerBytes; // so many have come of the next record's
  private int length; // as far as it has come
  private int left; // of the record

  NoRenegotiation(SslHandler tls) {
    this.tls = tls;
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    if (message instanceof ByteBuf bytes && hasHandshake(bytes) && isConnected()) {
      ReferenceCountUtil.release(message);
      var unused = from.close();
      return;
    }
    from.fireChannelRead(message);
  }

  private boolean isConnected() {
    return tls.handshakeFuture().isSuccess();
  }

  private boolean hasHandshake(ByteBuf bytes) {
    boolean found = false;
    int at = bytes.readerIndex();
    while (at < bytes.writerIndex()) {
      if (left > 0) {
        int now = Math.min(left, bytes.writerIndex() - at);
        left -= now;
        at += now;
        continue;
      }
      int next = bytes.getUnsignedByte(at++);
      if (headerBytes == 0) {
        found |= next == HANDSHAKE;
      } else if (headerBytes >= LENGTH_AT) {
        length = length << 8 | next;
      }
      headerBytes++;
      if (headerBytes == HEADER_BYTES) {
        headerBytes = 0;
        left = length;
        length = 0;
      }
    }
    return found;
  }
}
