package io.kvstore.testkit.campaign;

import io.kvstore.HistoryGoneException;
import io.kvstore.KVStore;
import io.kvstore.UnavailableException;
import io.kvstore.Watch;
import io.kvstore.WatchEvent;
import io.kvstore.WatchListener;
import io.kvstore.WatchPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes down what a watch tells. */
final class Watcher implements WatchListener<String, String> {
  private final Part part;
  private final boolean isPinned;
  private final List<WatchEvent<String, String>> events = new ArrayList<>();
  private Optional<Watch<String, String>> slow = Optional.empty();
  private long begun; // in virtual nanoseconds: what is asked after that is told
  private final boolean breaksOff;
  private Optional<KVStore<String, String>> watched = Optional.empty(); // if it is slow
  private WatchPosition position = WatchPosition.NOWHERE; // where it has broken off
  private boolean isGone;
  private int toldInTime = Integer.MAX_VALUE;
  private long quietAt;

  /**
   * Has been told nothing yet.
   *
   * @param part of the keys that it watches
   * @param isPinned whether it watches one node
   * @param breaksOff whether it ends with each look, if it is slow, and goes on where it was with
   *     the next
   */
  Watcher(Part part, boolean isPinned, boolean breaksOff) {
    this.part = part;
    this.isPinned = isPinned;
    this.breaksOff = breaksOff;
  }

  /** Is told of changes as they come, until the store is closed. */
  void watch(KVStore<String, String> store) {
    var unused = store.watch(part.scan(), this);
  }

  /** Looks for changes only when it is asked to, and may be far behind. */
  void watchSlowly(KVStore<String, String> store) {
    watched = Optional.of(store);
    slow = Optional.of(store.watch(part.scan()));
  }

  /**
   * Takes all that has come, if it is not told by itself.
   *
   * @param atMost how long the next may take to come
   */
  void look(Duration atMost) {
    if (watched.isPresent() && !isGone) {
      try {
        goOn();
        Optional<WatchEvent<String, String>> next = slow.get().poll(atMost);
        while (next.isPresent()) {
          events.add(next.get());
          next = slow.get().poll(atMost);
        }
        breakOff();
      } catch (HistoryGoneException gone) {
        isGone = true;
      } catch (UnavailableException notNow) {
        return; // it goes on with the next look
      }
    }
  }

  private void goOn() {
    if (slow.isEmpty()) {
      slow = Optional.of(watched.orElseThrow().watch(part.scan(), position));
    }
  }

  private void breakOff() {
    if (breaksOff) {
      position = WatchPosition.parse(slow.orElseThrow().position().toString());
      slow.get().close();
      slow = Optional.empty();
    }
  }

  /** The watch has begun at this time. */
  void begun(long elapsed) {
    begun = elapsed;
  }

  @Override
  public void on(WatchEvent<String, String> event) {
    events.add(event);
  }

  @Override
  public void onEnd(Optional<HistoryGoneException> gone) {
    isGone |= gone.isPresent();
  }

  /** Everything works again, and nothing is left to happen: what it was not told by now is late. */
  void allIsQuiet(long elapsed) {
    if (watched.isEmpty()) {
      quietAt = elapsed;
      toldInTime = events.size();
    }
  }

  /** What it was told since nothing was left to happen, if it is told by itself. */
  List<WatchEvent<String, String>> toldLater() {
    return events.subList(Math.min(toldInTime, events.size()), events.size());
  }

  /** When nothing was left to happen. */
  long quietAt() {
    return quietAt;
  }

  Part part() {
    return part;
  }

  boolean isPinned() {
    return isPinned;
  }

  /** Whether it ends with each look, and goes on from a position. */
  boolean breaksOff() {
    return breaksOff;
  }

  /** Whether it was told that something is missing. */
  boolean isGone() {
    return isGone;
  }

  long begun() {
    return begun;
  }

  List<WatchEvent<String, String>> events() {
    return events;
  }
}
