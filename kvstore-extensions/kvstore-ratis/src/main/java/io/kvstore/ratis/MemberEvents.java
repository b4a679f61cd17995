package io.kvstore.ratis;

import io.kvstore.ClusterEvent;
import io.kvstore.NodeId;
import io.kvstore.Registration;
import io.kvstore.View;
import io.kvstore.spi.Settings;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who listen what happens to the groups, as this member hears of it. One thread at a
 * time tells them, which owns nothing that the store needs.
 */
final class MemberEvents implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(MemberEvents.class);
  private static final int LIMIT = 10_000;

  private final List<Consumer<? super ClusterEvent>> listeners = new CopyOnWriteArrayList<>();
  private final Settings settings;
  private final Map<Integer, View> views = new HashMap<>(); // by the one who tells
  private final Queue<Runnable> tasks = new ArrayDeque<>(); // guarded by itself
  private boolean isTelling; // guarded by tasks
  private long missed; // guarded by tasks
  private boolean isClosed; // guarded by tasks
  private @Nullable RatisBackend backend; // guarded by tasks

  MemberEvents(Settings settings) {
    this.settings = settings;
  }

  /** The store is open: events are told from now on. */
  void begin(RatisBackend opened) {
    synchronized (tasks) {
      backend = opened;
    }
    for (int shard = 0; shard < settings.shards(); shard++) {
      look(shard);
    }
  }

  Registration listen(Consumer<? super ClusterEvent> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** What the state machine of a shard tells. */
  ShardMachine.Listener of(int shard) {
    return new ShardMachine.Listener() {
      @Override
      public void onLeader(RaftPeerId leader) {
        look(shard);
      }

      @Override
      public void onMembers(long index) {
        look(shard);
      }

      @Override
      public void onFailure(Throwable cause) {
        logger.error("shard {} of this member stops: it cannot perform its log", shard, cause);
        RatisBackend opened = backend();
        NodeId self = opened == null ? null : opened.self();
        if (self != null) {
          tell(
              () ->
                  emit(new ClusterEvent.Failed(Instant.now(), shard, self, String.valueOf(cause))));
        }
      }
    };
  }

  private @Nullable RatisBackend backend() {
    synchronized (tasks) {
      return backend;
    }
  }

  /** Something has changed in a group: what it is now is compared with what it was. */
  private void look(int shard) {
    tell(
        () -> {
          RatisBackend opened = backend();
          View now = opened == null ? null : ((RatisCluster) opened.cluster()).ownView(shard);
          View before = now == null ? null : views.put(shard, now);
          if (now != null && before != null && !now.equals(before)) {
            emitChange(shard, before, now);
          }
        });
  }

  private void emitChange(int shard, View before, View now) {
    Instant time = Instant.now();
    emit(new ClusterEvent.ViewDecided(time, shard, before, now));
    ClusterEvent.inFirstOnly(before, now)
        .forEach(node -> emit(new ClusterEvent.LeftOut(time, shard, node, now.epoch())));
    ClusterEvent.inFirstOnly(now, before)
        .forEach(node -> emit(new ClusterEvent.Joined(time, shard, node, now.epoch())));
  }

  private void emit(ClusterEvent event) {
    for (Consumer<? super ClusterEvent> listener : listeners) {
      try {
        listener.accept(event);
      } catch (RuntimeException | Error thrownByUser) {
        logger.warn("a listener has failed at {}", event, thrownByUser);
      }
    }
  }

  private void tell(Runnable task) {
    Executor executor;
    synchronized (tasks) {
      if (backend == null || isClosed) {
        return;
      }
      if (tasks.size() >= LIMIT) {
        missed++;
        return;
      }
      tasks.add(task);
      if (isTelling) {
        return;
      }
      isTelling = true;
      executor = backend.executor();
    }
    executor.execute(this::tellAll);
  }

  private void tellAll() {
    while (true) {
      Runnable task;
      long lost;
      synchronized (tasks) {
        task = tasks.poll();
        lost = missed;
        missed = 0;
        if (task == null) {
          isTelling = false;
        }
      }
      if (lost > 0) {
        emit(new ClusterEvent.Missed(Instant.now(), lost));
      }
      if (task == null) {
        return;
      }
      task.run();
    }
  }

  @Override
  public void close() {
    synchronized (tasks) {
      isClosed = true;
      tasks.clear();
    }
    listeners.clear();
  }
}
