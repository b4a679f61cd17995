package io.kvstore.server.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server-sent events of one answer, in their order. The next line is asked for when the one
 * before was taken, so a slow reader keeps nothing here.
 */
final class EventSource implements AutoCloseable {
  private final BlockingQueue<Optional<String>> lines = new ArrayBlockingQueue<>(2);
  private final Duration silence;
  private final Lines subscriber = new Lines();

  /**
   * Of an answer that is to be subscribed to.
   *
   * @param silence after how long without a line the server counts as gone
   */
  EventSource(Duration silence) {
    this.silence = silence;
  }

  /**
   * An event, or a position alone.
   *
   * @param type {@code message} unless the server says otherwise
   * @param data what it says; empty where there is only a position
   * @param id from where to go on after it
   */
  record Event(String type, String data, Optional<String> id) {}

  /** What takes the lines of the answer. */
  Flow.Subscriber<String> subscriber() {
    return subscriber;
  }

  /** The next event; nothing when the answer has ended, or is silent for too long. */
  Optional<Event> next() throws InterruptedException {
    String type = "message";
    StringBuilder data = new StringBuilder();
    Optional<String> id = Optional.empty();
    while (true) {
      Optional<String> line = line();
      if (line.isEmpty()) {
        return Optional.empty(); // an event without the empty line behind it was cut off
      }
      String text = line.get();
      if (text.isEmpty()) {
        if (id.isPresent() || data.length() > 0) {
          return Optional.of(new Event(type, data.toString(), id));
        }
      } else if (text.startsWith("data:")) {
        data.append(data.length() > 0 ? "\n" : "").append(value(text));
      } else if (text.startsWith("event:")) {
        type = value(text);
      } else if (text.startsWith("id:")) {
        id = Optional.of(value(text));
      }
    }
  }

  private Optional<String> line() throws InterruptedException {
    Optional<String> line = lines.poll(silence.toNanos(), TimeUnit.NANOSECONDS);
    if (line == null) {
      return Optional.empty();
    }
    if (line.isPresent()) {
      subscriber.request();
    }
    return line;
  }

  private static String value(String line) {
    String value = line.substring(line.indexOf(':') + 1);
    return value.startsWith(" ") ? value.substring(1) : value;
  }

  /** Ends the connection. */
  @Override
  public void close() {
    subscriber.cancel();
  }

  /** Puts lines where they are taken. The queue has room for the line asked for and for the end. */
  private final class Lines implements Flow.Subscriber<String> {
    private volatile Flow.@Nullable Subscription subscription; // null before the answer begins

    @Override
    public void onSubscribe(Flow.Subscription its) {
      subscription = its;
      its.request(1);
    }

    void request() {
      requireNonNull(subscription).request(1);
    }

    void cancel() {
      Flow.Subscription its = subscription;
      if (its != null) {
        its.cancel();
      }
    }

    @Override
    public void onNext(String line) {
      lines.add(Optional.of(line));
    }

    @Override
    public void onError(Throwable broken) {
      lines.add(Optional.empty());
    }

    @Override
    public void onComplete() {
      lines.add(Optional.empty());
    }
  }
}
