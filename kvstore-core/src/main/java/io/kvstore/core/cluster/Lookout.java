package io.kvstore.core.cluster;

import io.kvstore.core.loop.Driver;
import io.kvstore.core.loop.Driver.Wait;
import io.kvstore.core.loop.EventLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** Has callers wait for what the groups bring about; whenever they have, it looks. */
public final class Lookout {
  private final Driver driver;
  private final List<Waiting> waiting = new CopyOnWriteArrayList<>();
  private final List<Runnable> others = new CopyOnWriteArrayList<>();

  Lookout(Driver driver) {
    this.driver = driver;
  }

  /** Waits while no client has a turn: whoever waits may hold a lock. */
  Wait administer(EventLoop loop, Runnable begin, BooleanSupplier isTrue, long nanos) {
    Waiting errand = new Waiting(begin, isTrue);
    waiting.add(errand);
    try {
      return driver.administer(loop, errand, nanos);
    } finally {
      waiting.remove(errand);
    }
  }

  /** Waits while the others go on. */
  Wait call(EventLoop loop, BooleanSupplier isTrue, long nanos) {
    Waiting errand = new Waiting(() -> {}, isTrue);
    waiting.add(errand);
    try {
      return driver.call(loop, errand, nanos);
    } finally {
      waiting.remove(errand);
    }
  }

  void look() {
    waiting.forEach(Waiting::look);
    others.forEach(Runnable::run);
  }

  /** Runs something whenever the groups have brought something about, on whatever loop it was. */
  public void add(Runnable look) {
    others.add(look);
  }

  /** Runs it no more. */
  public void remove(Runnable look) {
    others.remove(look);
  }
}
