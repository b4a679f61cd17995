package io.kvstore.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.Bytes;
import io.kvstore.Changed;
import io.kvstore.HistoryGoneException;
import io.kvstore.Versioned;
import io.kvstore.Watch;
import io.kvstore.WatchEvent;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.core.JsonGenerator;

/**
 * A watch as server-sent events. The watch is asked for more when the client has taken what was
 * written: a slow one keeps nothing here, and learns that history is gone when it comes too late.
 *
 * <p>The id of each event is the position from which a watch goes on that has seen it. When nothing
 * comes for a while, the client is told the position alone, which is no event to it, but keeps the
 * connection, and spares it what others have changed meanwhile when it comes back.
 */
final class EventStream implements Answer.Rest {
  static final String TYPE = "text/event-stream";

  private static final int PIECE_BYTES = 64 << 10;

  private final Watch<Bytes, Bytes> watch;
  private final Duration heartbeat;
  private final Executor threads;
  private final Runnable onClose;
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private boolean isGone; // the client is told so; by one thread after the other

  /**
   * A stream of a watch that has begun.
   *
   * @param heartbeat how long the client hears nothing at the most
   * @param threads wait for events
   * @param onClose called once
   */
  EventStream(Watch<Bytes, Bytes> watch, Duration heartbeat, Executor threads, Runnable onClose) {
    this.watch = watch;
    this.heartbeat = heartbeat;
    this.threads = threads;
    this.onClose = onClose;
  }

  /** What it begins with: where the watch is. */
  byte[] beginning() {
    return position().getBytes(UTF_8);
  }

  private String position() {
    return "id: " + watch.position() + "\n\n";
  }

  @Override
  public CompletableFuture<Optional<byte[]>> next() {
    try {
      return CompletableFuture.supplyAsync(this::await, threads);
    } catch (RejectedExecutionException closed) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
  }

  private Optional<byte[]> await() {
    if (isGone || isClosed.get()) {
      return Optional.empty();
    }
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    try {
      Optional<WatchEvent<Bytes, Bytes>> event = watch.poll(heartbeat);
      if (event.isEmpty()) {
        return watch.isOpen() ? Optional.of(position().getBytes(UTF_8)) : Optional.empty();
      }
      while (event.isPresent()) {
        piece.writeBytes(written(event.get()));
        event = piece.size() < PIECE_BYTES ? watch.poll(Duration.ZERO) : Optional.empty();
      }
    } catch (HistoryGoneException gone) {
      isGone = true;
      piece.writeBytes(written(gone));
    } catch (IllegalStateException closed) {
      // What has come before is told; the next question is answered with the end.
    }
    return piece.size() == 0 ? Optional.empty() : Optional.of(piece.toByteArray());
  }

  private static byte[] written(WatchEvent<Bytes, Bytes> event) {
    byte[] data =
        Json.object(
            json -> {
              json.writeArrayPropertyStart("changes");
              event.changes().forEach(change -> write(json, change, event.version()));
              json.writeEndArray();
            });
    return ("id: " + event.position() + "\ndata: " + new String(data, UTF_8) + "\n\n")
        .getBytes(UTF_8);
  }

  private static void write(JsonGenerator json, Changed<Bytes, Bytes> change, long version) {
    json.writeStartObject();
    Json.write(json, "key", change.key());
    if (change.isRemoval()) {
      json.writeBooleanProperty("removed", true);
    }
    change.now().map(Versioned::value).ifPresent(value -> Json.write(json, "value", value));
    json.writeStringProperty("version", Long.toUnsignedString(version));
    change
        .now()
        .flatMap(Versioned::expiresAt)
        .ifPresent(time -> json.writeStringProperty("expires", time.toString()));
    json.writeEndObject();
  }

  private static byte[] written(HistoryGoneException gone) {
    byte[] data =
        Json.object(json -> json.writeStringProperty("error", String.valueOf(gone.getMessage())));
    return ("event: gone\ndata: " + new String(data, UTF_8) + "\n\n").getBytes(UTF_8);
  }

  @Override
  public void end() {
    watch.close();
  }

  @Override
  public void close() {
    if (isClosed.compareAndSet(false, true)) {
      watch.close();
      onClose.run();
    }
  }
}
