package io.kvstore.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The rest of a body on its way to the client: the next piece is asked for when the client has
 * taken those before. Used on the connection's event loop.
 */
final class Outflow {
  private final ChannelHandlerContext context;
  private final Answer.Rest rest;
  private final Runnable onPiece;
  private @Nullable CompletableFuture<Optional<byte[]>> next;
  private boolean isOver;

  /**
   * Sends what follows the beginning of a body.
   *
   * @param onPiece told, on any thread, that a piece is there for {@link #writeNext}
   */
  Outflow(ChannelHandlerContext context, Answer.Rest rest, Runnable onPiece) {
    this.context = context;
    this.rest = rest;
    this.onPiece = onPiece;
  }

  /** Whether all of it was written. */
  boolean isOver() {
    return isOver;
  }

  /** Writes the next piece, and says how long it is; 0 when it is not there yet, or at the end. */
  int writeNext() {
    CompletableFuture<Optional<byte[]>> asked = next;
    if (asked == null) {
      asked = rest.next();
      next = asked;
      if (!asked.isDone()) {
        var unused = asked.whenComplete((piece, thrown) -> onPiece.run());
      }
    }
    return asked.isDone() ? write(asked) : 0;
  }

  private int write(CompletableFuture<Optional<byte[]>> piece) {
    next = null;
    if (piece.isCompletedExceptionally()) {
      close();
      var unused = context.close(); // its status was sent: so the client learns that it is not all
      return 0;
    }
    if (piece.join().isEmpty()) {
      close();
      var unused = context.write(LastHttpContent.EMPTY_LAST_CONTENT);
      return 0;
    }
    byte[] bytes = piece.join().get();
    var unused = context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)));
    return bytes.length;
  }

  /** The server or the client ends. */
  void end() {
    rest.end();
  }

  void close() {
    isOver = true;
    rest.close();
  }
}
