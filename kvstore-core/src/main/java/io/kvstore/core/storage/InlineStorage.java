package io.kvstore.core.storage;

import io.kvstore.Bytes;
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
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A datalet on the controlet's own loop: every result is there before the call returns. */
public final class InlineStorage implements ReplicaStorage {
  private final Applier applier;
  private final Consumer<Throwable> onFailure;

  /** Over this applier. */
  public InlineStorage(Applier applier) {
    this(applier, failure -> {});
  }

  /**
   * Over this applier.
   *
   * @param onFailure told what the datalet throws while another thread looks at what it has
   */
  public InlineStorage(Applier applier, Consumer<Throwable> onFailure) {
    this.applier = applier;
    this.onFailure = onFailure;
  }

  @Override
  public void query(Query query, long time, Consumer<Answer> then) {
    then.accept(applier.query(query, time));
  }

  @Override
  public @Nullable Answer optimisticRead(Query query) {
    VarHandle.acquireFence(); // What the controlet has noted as done is found.
    return applier.optimisticRead(query);
  }

  @Override
  public void stored(List<Bytes> keys, Consumer<List<Pair>> then) {
    then.accept(applier.stored(keys));
  }

  @Override
  public <T> void examine(Function<AllEntries, T> examination, Consumer<T> then) {
    then.accept(applier.examine(examination));
  }

  @Override
  public void apply(Ordered ordered, BiConsumer<Ordered, Answer> then) {
    Answer answer = applier.apply(ordered);
    done();
    then.accept(ordered, answer);
  }

  @Override
  public Ordered makeRoom(Ordered next) {
    return applier.makeRoom(next);
  }

  @Override
  public void update(Ordered ordered, @Nullable VectorClock context, Effects then) {
    Applier.Effect effect = applier.update(ordered, context);
    done();
    then.accept(effect.answer(), effect.changed());
  }

  @Override
  public Written resultOf(Write write, @Nullable Entry before, long version, long time) {
    return applier.resultOf(write, before, version, time);
  }

  @Override
  public void merge(Ordered origin, List<Pair> entries, Runnable then) {
    applier.merge(origin, entries);
    done();
    then.run();
  }

  @Override
  public void collect(long version, long time, Consumer<Collected> then) {
    then.accept(new Collected(applier.collect(version, time)));
  }

  @Override
  public void settle(long version) {
    applier.settle(version);
  }

  @Override
  public void learn(KnownWrites known) {
    applier.learn(known);
  }

  @Override
  public void beginOrder(long position, long time) {
    applier.beginOrder(position, time);
  }

  @Override
  public void snapshot(Consumer<Contents> then) {
    then.accept(applier.contents());
  }

  @Override
  public void still(Consumer<Contents> then) {
    then.accept(applier.stillContents(onFailure));
  }

  @Override
  public void replace(Contents contents, Runnable then) {
    applier.replace(contents);
    done();
    then.run();
  }

  /** A reader that sees what the controlet notes from now on, sees also what was done. */
  private void done() {
    applier.sync();
    VarHandle.releaseFence();
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
    then.accept(work.apply(applier));
  }

  @Override
  public void beginInstall() {
    applier.begin();
  }

  @Override
  public void endInstall(long epoch, Runnable then) {
    if (applier.isDurable()) {
      applier.install(epoch);
      applier.sync();
    }
    then.run();
  }
}
