package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.spi.DurableState;
import io.kvstore.core.spi.KnownWrites;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A datalet on a loop of its own. It works through what has come in, then makes all of it durable
 * at once, and only then gives the results back: one fsync serves as many writes as have come in
 * during the last.
 */
public final class RemoteStorage implements ReplicaStorage {
  private static final int BATCH = 256;

  private final Applier applier;
  private final EventLoop controletLoop;
  private final DataletExecutor executor;
  private final Actor controlet;
  private final Actor datalet = this::onBroken;

  // Owned by the datalet's loop.
  private List<Runnable> results = new ArrayList<>();
  private boolean failed;

  /**
   * Over this applier.
   *
   * @param controletLoop where results are handed over
   * @param dataletLoop where the applier works
   * @param onFailure told on the controlet's loop, once, what the datalet has thrown
   */
  public RemoteStorage(
      Applier applier,
      EventLoop controletLoop,
      EventLoop dataletLoop,
      Consumer<Throwable> onFailure) {
    this(applier, controletLoop, DataletExecutor.on(dataletLoop), onFailure);
  }

  private RemoteStorage(
      Applier applier,
      EventLoop controletLoop,
      DataletExecutor executor,
      Consumer<Throwable> onFailure) {
    this.applier = applier;
    this.controletLoop = controletLoop;
    this.executor = executor;
    this.controlet = onFailure::accept;
  }

  /**
   * Over this applier, in virtual time: what it does takes a while, which is drawn.
   *
   * @param loop of the controlet, and of all others
   */
  public static RemoteStorage inVirtualTime(
      Applier applier, EventLoop loop, RandomGenerator random, Consumer<Throwable> onFailure) {
    VirtualDataletExecutor executor = new VirtualDataletExecutor(loop, random);
    RemoteStorage storage = new RemoteStorage(applier, loop, executor, onFailure);
    executor.whenDone(() -> storage.attempt(() -> {}));
    return storage;
  }

  @Override
  public boolean answersLater() {
    return true;
  }

  @Override
  public void abandon() {
    executor.abandon();
  }

  /** Does something on the datalet's loop that leaves a result for the controlet's. */
  private void ask(Runnable work) {
    executor.execute(datalet, () -> attempt(work));
  }

  private void attempt(Runnable work) {
    if (failed) {
      return;
    }
    work.run();
    if (results.size() >= BATCH || !executor.hasMore()) {
      giveBack();
    }
  }

  private void onBroken(Throwable cause) {
    failed = true;
    controletLoop.execute(controlet, () -> controlet.fail(cause));
  }

  private void giveBack() {
    applier.sync();
    List<Runnable> ready = results;
    results = new ArrayList<>();
    controletLoop.execute(controlet, () -> ready.forEach(Runnable::run));
  }

  @Override
  public void query(Query query, long time, Consumer<Answer> then) {
    ask(
        () -> {
          Answer answer = applier.query(query, time);
          results.add(() -> then.accept(answer));
        });
  }

  @Override
  public void stored(List<Bytes> keys, Consumer<List<Pair>> then) {
    ask(
        () -> {
          List<Pair> pairs = applier.stored(keys);
          results.add(() -> then.accept(pairs));
        });
  }

  @Override
  public <T> void examine(Function<AllEntries, T> examination, Consumer<T> then) {
    ask(
        () -> {
          T result = applier.examine(examination);
          results.add(() -> then.accept(result));
        });
  }

  @Override
  public void apply(Ordered ordered, BiConsumer<Ordered, Answer> then) {
    ask(
        () -> {
          Answer answer = applier.apply(ordered);
          results.add(() -> then.accept(ordered, answer));
        });
  }

  @Override
  public Ordered makeRoom(Ordered next) {
    return applier.makeRoom(next);
  }

  @Override
  public void update(Ordered ordered, @Nullable VectorClock context, Effects then) {
    ask(
        () -> {
          Applier.Effect effect = applier.update(ordered, context);
          results.add(() -> then.accept(effect.answer(), effect.changed()));
        });
  }

  @Override
  public Written resultOf(Write write, @Nullable Entry before, long version, long time) {
    return applier.resultOf(write, before, version, time);
  }

  @Override
  public void merge(Ordered origin, List<Pair> entries, Runnable then) {
    ask(
        () -> {
          applier.merge(origin, entries);
          results.add(then);
        });
  }

  @Override
  public void collect(long version, long time, Consumer<Collected> then) {
    ask(
        () -> {
          Collected collected = new Collected(applier.collect(version, time));
          results.add(() -> then.accept(collected));
        });
  }

  @Override
  public void settle(long version) {
    ask(() -> applier.settle(version));
  }

  @Override
  public void learn(KnownWrites known) {
    ask(() -> applier.learn(known));
  }

  @Override
  public void beginOrder(long position, long time) {
    ask(() -> applier.beginOrder(position, time));
  }

  @Override
  public void snapshot(Consumer<Contents> then) {
    ask(
        () -> {
          Contents contents = applier.contents();
          results.add(() -> then.accept(contents));
        });
  }

  @Override
  public void still(Consumer<Contents> then) {
    ask(
        () -> {
          Contents contents = applier.frozenContents();
          results.add(() -> then.accept(contents));
        });
  }

  @Override
  public void replace(Contents contents, Runnable then) {
    ask(
        () -> {
          applier.replace(contents);
          results.add(then);
        });
  }

  @Override
  public void whenDurable(Runnable then) {
    if (applier.isDurable()) {
      ask(() -> results.add(then));
    } else {
      then.run();
    }
  }

  @Override
  public DurableState durableState() {
    return applier.durableState();
  }

  @Override
  public boolean isDurable() {
    return applier.isDurable();
  }

  @Override
  public <T> void ask(Function<Applier, T> work, Consumer<T> then) {
    ask(
        () -> {
          T result = work.apply(applier);
          results.add(() -> then.accept(result));
        });
  }

  @Override
  public void beginInstall() {
    if (applier.isDurable()) {
      ask(applier::begin);
    }
  }

  @Override
  public void endInstall(long epoch, Runnable then) {
    if (!applier.isDurable()) {
      then.run();
      return;
    }
    ask(
        () -> {
          applier.install(epoch);
          results.add(then);
        });
  }
}
