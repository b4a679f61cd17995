package io.kvstore;

import io.kvstore.spi.Feed;
import io.kvstore.spi.Nanos;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A watch that decodes what it is told. */
final class TypedWatch<K, V> implements Watch<K, V> {
  private final Feed feed;
  private final Translation<K, V> translation;

  TypedWatch(Feed feed, Translation<K, V> translation) {
    this.feed = feed;
    this.translation = translation;
  }

  @Override
  public Optional<WatchEvent<K, V>> poll(Duration atMost) {
    if (atMost.isNegative()) {
      throw new IllegalArgumentException("cannot wait for " + atMost);
    }
    boolean wasOpen = feed.isOpen();
    Feed.Effect next = feed.next(Nanos.of(atMost));
    if (next == null && !wasOpen) {
      throw new IllegalStateException("the watch is closed");
    }
    return Optional.ofNullable(next).map(translation::event);
  }

  @Override
  public Iterator<WatchEvent<K, V>> iterator() {
    return new Iterator<>() {
      private Feed.@Nullable Effect next;

      @Override
      public boolean hasNext() {
        if (next == null) {
          next = feed.next(Long.MAX_VALUE);
        }
        return next != null;
      }

      @Override
      public WatchEvent<K, V> next() {
        if (!hasNext() || next == null) {
          throw new NoSuchElementException("the watch is closed");
        }
        Feed.Effect effect = next;
        next = null; // an event that cannot be decoded is passed, too
        return translation.event(effect);
      }
    };
  }

  @Override
  public WatchPosition position() {
    return feed.position();
  }

  @Override
  public NodeId watched(int shard) {
    return feed.watched(shard);
  }

  @Override
  public boolean isOpen() {
    return feed.isOpen();
  }

  @Override
  public void close() {
    feed.close();
  }
}
