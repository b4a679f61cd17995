package io.kvstore.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

/** Writes the answers of one connection; a large body in pieces, as its client reads. */
final class AnswerWriter {
  private static final int PIECE_BYTES = 64 << 10;
  private static final byte[] NOTHING = {};

  private byte[] body = NOTHING;
  private int at; // of the body, so much is written

  /** How much of a large body is not written yet. */
  int left() {
    return body.length - at;
  }

  /** Writes an answer, or the beginning of a large one. */
  void write(ChannelHandlerContext context, Answer answer, boolean isLast) {
    byte[] whole = answer.body();
    boolean isLarge = whole.length > PIECE_BYTES;
    HttpResponseStatus status = HttpResponseStatus.valueOf(answer.status());
    HttpResponse response =
        isLarge
            ? new DefaultHttpResponse(HttpVersion.HTTP_1_1, status)
            : new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(whole));
    answer.headers().forEach(response.headers()::set);
    if (answer.status() != HttpResponseStatus.NOT_MODIFIED.code()) {
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, whole.length);
    }
    response
        .headers()
        .set(
            HttpHeaderNames.CONNECTION,
            isLast ? HttpHeaderValues.CLOSE : HttpHeaderValues.KEEP_ALIVE);
    var unused = context.write(response);
    if (isLarge) {
      body = whole;
      at = 0;
    }
  }

  /** Writes the next piece of a large body, and says how long it is. */
  int writeNext(ChannelHandlerContext context) {
    int length = Math.min(PIECE_BYTES, left());
    var unused = context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(body, at, length)));
    at += length;
    if (left() == 0) {
      body = NOTHING;
      at = 0;
      unused = context.write(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    return length;
  }
}
