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
import org.jspecify.annotations.Nullable;

/** Writes the answers of one connection; large bodies in pieces, as its client reads. */
final class AnswerWriter {
  private static final int PIECE_BYTES = 64 << 10;
  private static final byte[] NOTHING = {};

  private final Runnable onPiece;
  private byte[] body = NOTHING;
  private int at; // of the body, so much is written
  private @Nullable Outflow outflow; // of a body that is produced while it is sent

  /**
   * A writer.
   *
   * @param onPiece told, on any thread, that there is something for {@link #writeNext}
   */
  AnswerWriter(Runnable onPiece) {
    this.onPiece = onPiece;
  }

  /** Whether the answer that was begun last is not written as a whole. */
  boolean isBusy() {
    return left() > 0 || outflow != null;
  }

  /** How much of a large body is here and not written yet. */
  int left() {
    return body.length - at;
  }

  /**
   * Writes an answer, or the beginning of a large one.
   *
   * @param takesChunks whether the client understands a body whose length is not said; else it
   *     takes the end of the connection for the end of the body
   */
  void write(ChannelHandlerContext context, Answer answer, boolean takesChunks, boolean isLast) {
    Answer.Rest rest = answer.rest();
    byte[] whole = answer.body();
    boolean isLarge = whole.length > PIECE_BYTES;
    HttpResponseStatus status = HttpResponseStatus.valueOf(answer.status());
    HttpResponse response =
        isLarge || rest != null
            ? new DefaultHttpResponse(HttpVersion.HTTP_1_1, status)
            : new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(whole));
    answer.headers().forEach(response.headers()::set);
    if (rest == null && answer.status() != HttpResponseStatus.NOT_MODIFIED.code()) {
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, whole.length);
    } else if (rest != null && takesChunks) {
      response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    response
        .headers()
        .set(
            HttpHeaderNames.CONNECTION,
            isLast ? HttpHeaderValues.CLOSE : HttpHeaderValues.KEEP_ALIVE);
    var unused = context.write(response);
    if (rest != null) {
      unused = context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(whole)));
      outflow = new Outflow(context, rest, onPiece);
    } else if (isLarge) {
      body = whole;
      at = 0;
    }
  }

  /** Writes the next piece, and says how long it is; 0 when it is not there yet, or at the end. */
  int writeNext(ChannelHandlerContext context) {
    Outflow flowing = outflow;
    if (flowing != null) {
      int written = flowing.writeNext();
      outflow = flowing.isOver() ? null : flowing;
      return written;
    }
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

  /** The server or the client ends: so does what has no end of its own. */
  void end() {
    if (outflow != null) {
      outflow.end();
    }
  }

  /** Nothing more is written. */
  void close() {
    if (outflow != null) {
      outflow.close();
    }
  }
}
