package io.kvstore.server.http;

import static java.util.Objects.requireNonNull;

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
  private final boolean isLast;
  private final Runnable onPiece;
  private @Nullable CompletableFuture<Optional<byte[]>> next;
  private boolean isOver;

  /**
   * Sends what follows the beginning of a body.
   *
   * @param isLast whether the connection ends with it
   * @param onPiece told, on any thread, that a piece is there for {@link #goOn}
   */
  Outflow(ChannelHandlerContext context, Answer.Rest rest, boolean isLast, Runnable onPiece) {
    this.context = context;
    this.rest = rest;
    this.isLast = isLast;
    this.onPiece = onPiece;
  }

  boolean isLast() {
    return isLast;
  }

  /** Sends what can be sent now; tells whether that was the end. */
  boolean goOn() {
    while (!isOver && context.channel().isWritable()) {
      if (next == null) {
        next = rest.next();
        if (!next.isDone()) {
          var unused = next.whenComplete((piece, thrown) -> onPiece.run());
          return false;
        }
      }
      if (!next.isDone()) {
        return false;
      }
      send();
    }
    return isOver;
  }

  private void send() {
    CompletableFuture<Optional<byte[]>> sent = requireNonNull(next);
    next = null;
    if (sent.isCompletedExceptionally()) {
      close();
      var unused = context.close(); // its status was sent: so the client learns that it is not all
    } else if (sent.join().isPresent()) {
      byte[] piece = sent.join().get();
      if (piece.length > 0) {
        var unused = context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)));
      }
    } else {
      close();
      var unused = context.write(LastHttpContent.EMPTY_LAST_CONTENT);
    }
  }

  void close() {
    isOver = true;
    rest.close();
  }
}
