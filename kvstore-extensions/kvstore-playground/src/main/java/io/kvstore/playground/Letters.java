package io.kvstore.playground;

import io.kvstore.core.spi.Decider;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The messages that are under way, about which a person decides. */
final class Letters implements Decider {
  private final LongSupplier now;
  private final List<Letter> underWay = new ArrayList<>();
  private int sent;
  private boolean holdsAll;

  /**
   * None yet.
   *
   * @param now the time, in nanoseconds since 1970
   */
  Letters(LongSupplier now) {
    this.now = now;
  }

  @Override
  public void sent(Passage passage) {
    if (!Letter.isShown(passage)) {
      passage.arriveAt(passage.due());
      return;
    }
    add(passage);
  }

  private void add(Passage passage) {
    Letter letter = new Letter(++sent, passage);
    letter.isHeld = holdsAll;
    underWay.add(letter);
    if (!holdsAll) {
      passage.arriveAt(passage.due());
    }
  }

  /** Those that are under way. */
  List<Letter> underWay() {
    underWay.removeIf(each -> !each.passage.isUnderWay());
    return underWay;
  }

  /** Whether new ones wait to be delivered by hand. */
  boolean holdsAll() {
    return holdsAll;
  }

  /** From now on, new ones wait or do not. */
  void holdAll(boolean all) {
    holdsAll = all;
  }

  private Letter numbered(String name) {
    for (Letter each : underWay()) {
      if (("m" + each.number).equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException("the message " + name + " is not under way");
  }

  void hold(String name) {
    Letter letter = numbered(name);
    letter.isHeld = true;
    letter.passage.hold();
  }

  void deliver(String name) {
    numbered(name).passage.arriveAt(now.getAsLong());
  }

  /** Gives it back to the seed. */
  void release(String name) {
    Letter letter = numbered(name);
    letter.isHeld = false;
    letter.passage.arriveAt(Math.max(now.getAsLong(), letter.passage.due()));
  }

  void drop(String name) {
    numbered(name).passage.lose("dropped by hand");
  }

  void duplicate(String name) {
    add(numbered(name).passage.copy());
  }
}
