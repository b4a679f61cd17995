package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.spi.DurableState;
import io.kvstore.core.spi.KnownWrites;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.RemoteEntries;
import io.kvstore.core.trace.Trace;
import io.kvstore.core.trace.TraceEvent;
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

/** A storage that tells a listener what it performs. */
public final class TracedStorage implements ReplicaStorage {
  private final ReplicaStorage storage;
  private final Trace trace;
  private final EventLoop loop;
  private final int shard;
  private final NodeId node;

  /** Tells what this storage performs. */
  public TracedStorage(
      ReplicaStorage storage, Trace trace, EventLoop loop, int shard, NodeId node) {
    this.storage = storage;
    this.trace = trace;
    this.loop = loop;
    this.shard = shard;
    this.node = node;
  }

  @Override
  public void query(Query query, long time, Consumer<Answer> then) {
    storage.query(query, time, then);
  }

  @Override
  public void stored(List<Bytes> keys, Consumer<List<Pair>> then) {
    storage.stored(keys, then);
  }

  @Override
  public <T> void examine(Function<AllEntries, T> examination, Consumer<T> then) {
    storage.examine(examination, then);
  }

  @Override
  public void apply(Ordered ordered, BiConsumer<Ordered, Answer> then) {
    storage.apply(
        ordered,
        (applied, answer) -> {
          trace.on(new TraceEvent.Applied(loop.now(), shard, node, applied, answer));
          then.accept(applied, answer);
        });
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
          trace.on(new TraceEvent.Applied(loop.now(), shard, node, ordered, answer));
          then.accept(answer, changed);
        });
  }

  @Override
  public Written resultOf(Write write, @Nullable Entry before, long version, long time) {
    return storage.resultOf(write, before, version, time);
  }

  @Override
  public void merge(Ordered origin, List<Pair> entries, Runnable then) {
    // The listener may look at them later.
    List<Pair> merged = entries instanceof RemoteEntries ? List.of() : List.copyOf(entries);
    storage.merge(
        origin,
        entries,
        () -> {
          trace.on(new TraceEvent.Merged(loop.now(), shard, node, origin, merged));
          then.run();
        });
  }

  @Override
  public void collect(long version, long time, Consumer<Collected> then) {
    storage.collect(version, time, then);
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
    storage.snapshot(then);
  }

  @Override
  public void still(Consumer<Contents> then) {
    storage.still(then);
  }

  @Override
  public void replace(Contents contents, Runnable then) {
    storage.replace(contents, then);
  }

  @Override
  public void whenDurable(Runnable then) {
    storage.whenDurable(then);
  }

  @Override
  public DurableState durableState() {
    return storage.durableState();
  }

  @Override
  public boolean isDurable() {
    return storage.isDurable();
  }

  @Override
  public boolean answersLater() {
    return storage.answersLater();
  }

  @Override
  public void abandon() {
    storage.abandon();
  }

  @Override
  public <T> void ask(Function<Applier, T> work, Consumer<T> then) {
    storage.ask(work, then);
  }

  @Override
  public void beginInstall() {
    storage.beginInstall();
  }

  @Override
  public void endInstall(long epoch, Runnable then) {
    storage.endInstall(epoch, then);
  }
}
