package io.kvstore.testkit.record;

import io.kvstore.Consistency;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.WatchPosition;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Connection;
import io.kvstore.spi.Feed;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Range;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A connection whose operations are taken down. */
final class RecordingConnection implements Connection {
  private final Connection connection;
  private final Recording.Session session;
  private final @Nullable NodeId node;

  RecordingConnection(Connection connection, Recording.Session session, @Nullable NodeId node) {
    this.connection = connection;
    this.session = session;
    this.node = node;
  }

  @Override
  public Answer call(Operation operation, Consistency level, long timeoutNanos) {
    Note note = session.begin(operation, level, node);
    boolean mayHaveBeenApplied = true; // whatever else is thrown
    try {
      Answer answer = connection.call(operation, level, timeoutNanos);
      session.answered(note, answer, connection);
      return answer;
    } catch (KVStoreException failure) {
      mayHaveBeenApplied = failure.mayHaveBeenApplied();
      throw failure;
    } finally {
      if (!note.ended) {
        session.failed(note, mayHaveBeenApplied);
      }
    }
  }

  @Override
  public CompletableFuture<Answer> submit(
      Operation operation, Consistency level, long timeoutNanos) {
    Note note = session.begin(operation, level, node);
    // Told to others only once it is written down.
    return connection
        .submit(operation, level, timeoutNanos)
        .whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                session.answered(note, answer, connection);
              } else {
                session.failed(note, mayHaveBeenApplied(failure));
              }
            });
  }

  private static boolean mayHaveBeenApplied(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return !(cause instanceof KVStoreException known) || known.mayHaveBeenApplied();
  }

  @Override
  public Position position() {
    Position position = connection.position();
    session.tell(position);
    return position;
  }

  @Override
  public Feed watch(
      Range keys,
      Optional<WatchPosition> after,
      Optional<Feed.Listener> listener,
      long timeoutNanos) {
    return connection.watch(keys, after, listener, timeoutNanos);
  }

  @Override
  public Connection at(NodeId other) {
    return new RecordingConnection(connection.at(other), session, other);
  }
}
