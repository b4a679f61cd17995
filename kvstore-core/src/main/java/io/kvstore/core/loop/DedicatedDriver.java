package io.kvstore.core.loop;

import io.kvstore.core.loop.WaitStrategy.Phase;
import java.util.function.Consumer;

/** Gives every loop a thread of its own. */
public final class DedicatedDriver implements Driver {
  private final String storeName;
  private final Answers answers;
  private final Listeners listeners;
  private final LoopThreads threads;
  private volatile Phase phase = Phase.OPEN;

  /** A driver without loops and threads. */
  public DedicatedDriver(String storeName) {
    this.storeName = storeName;
    answers = new Answers(storeName);
    listeners = new Listeners(storeName);
    threads = new LoopThreads(storeName, answers, listeners);
  }

  @Override
  public EventLoop newLoop(String name) {
    return threads.begin(name);
  }

  @Override
  public EventLoop newBlockingLoop(String name) {
    return newLoop(name);
  }

  @Override
  public void end(EventLoop loop) {
    threads.end(loop);
  }

  @Override
  public long now() {
    return WallClock.INSTANCE.getAsLong();
  }

  @Override
  public Wait call(EventLoop loop, ClientTask clientTask, long timeoutNanos) {
    loop.execute(clientTask);
    return await(loop, clientTask, timeoutNanos);
  }

  @Override
  public Wait await(EventLoop loop, ClientTask clientTask, long timeoutNanos) {
    return WaitStrategy.await(clientTask, () -> false, () -> phase, timeoutNanos);
  }

  @Override
  public void submit(EventLoop loop, ClientTask clientTask) {
    loop.execute(clientTask);
  }

  @Override
  public void tell(Runnable news) {
    listeners.tell(news);
  }

  @Override
  public String name() {
    return storeName;
  }

  @Override
  public void close(Consumer<EventLoop> last) {
    phase = Phase.CLOSING;
    threads.close(last);
    phase = Phase.CLOSED;
    answers.close();
    listeners.close();
  }
}
