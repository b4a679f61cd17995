package io.kvstore.core.node;

import io.kvstore.Bytes;
import io.kvstore.core.spi.DurableState;
import io.kvstore.core.spi.KnownWrites;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A datalet that answers later, as one controlet sees it: results that come after the end of its
 * {@link ControletEnv} are dropped. Used on the replica's loop.
 */
final class ControletStorage implements Storage {
  private final Storage storage;
  private final ControletEnv env;
  private @Nullable BiConsumer<Ordered, Answer> onApplied; // of the last call, mostly the same
  private BiConsumer<Ordered, Answer> guardedOnApplied = (ordered, answer) -> {};

  ControletStorage(Storage storage, ControletEnv env) {
    this.storage = storage;
    this.env = env;
  }

  private Runnable guarded(Runnable then) {
    return () -> {
      if (!env.isOver()) {
        then.run();
      }
    };
  }

  private <T> Consumer<T> guarded(Consumer<T> then) {
    return result -> {
      if (!env.isOver()) {
        then.accept(result);
      }
    };
  }

  /** Made once for a controlet that always passes the same: no garbage for each write. */
  private BiConsumer<Ordered, Answer> guarded(BiConsumer<Ordered, Answer> then) {
    if (then != onApplied) {
      onApplied = then;
      guardedOnApplied =
          (ordered, answer) -> {
            if (!env.isOver()) {
              then.accept(ordered, answer);
            }
          };
    }
    return guardedOnApplied;
  }

  @Override
  public void query(Query query, long time, Consumer<Answer> then) {
    storage.query(query, time, guarded(then));
  }

  @Override
  public @Nullable Answer optimisticRead(Query query) {
    return storage.optimisticRead(query);
  }

  @Override
  public void stored(List<Bytes> keys, Consumer<List<Pair>> then) {
    storage.stored(keys, guarded(then));
  }

  @Override
  public <T> void examine(Function<AllEntries, T> examination, Consumer<T> then) {
    storage.examine(examination, guarded(then));
  }

  @Override
  public void apply(Ordered ordered, BiConsumer<Ordered, Answer> then) {
    storage.apply(ordered, guarded(then));
  }

  @Override
  public Ordered makeRoom(Ordered next) {
    return storage.makeRoom(next);
  }

  @Override
  public void update(Ordered ordered, @Nullable VectorClock context, Effects then) {
    storage.update(
        ordered,
        context,
        (answer, changed) -> {
          if (!env.isOver()) {
            then.accept(answer, changed);
          }
        });
  }

  @Override
  public Written resultOf(Write write, @Nullable Entry before, long version, long time) {
    return storage.resultOf(write, before, version, time);
  }

  @Override
  public void merge(Ordered origin, List<Pair> entries, Runnable then) {
    storage.merge(origin, entries, guarded(then));
  }

  @Override
  public void collect(long version, long time, Consumer<Collected> then) {
    storage.collect(version, time, guarded(then));
  }

  @Override
  public void settle(long version) {
    storage.settle(version);
  }

  @Override
  public void learn(KnownWrites known) {
    storage.learn(known);
  }

  @Override
  public void beginOrder(long position, long time) {
    storage.beginOrder(position, time);
  }

  @Override
  public void snapshot(Consumer<Contents> then) {
    storage.snapshot(guarded(then));
  }

  @Override
  public void still(Consumer<Contents> then) {
    storage.still(guarded(then));
  }

  @Override
  public void replace(Contents contents, Runnable then) {
    storage.replace(contents, guarded(then));
  }

  @Override
  public void whenDurable(Runnable then) {
    storage.whenDurable(guarded(then));
  }

  @Override
  public DurableState durableState() {
    return storage.durableState();
  }

  @Override
  public boolean isDurable() {
    return storage.isDurable();
  }
}
