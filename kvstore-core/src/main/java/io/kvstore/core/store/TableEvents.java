package io.kvstore.core.store;

import io.kvstore.ClusterEvent;
import io.kvstore.ClusterEvent.Activated;
import io.kvstore.ClusterEvent.DataLost;
import io.kvstore.ClusterEvent.Failed;
import io.kvstore.ClusterEvent.Joined;
import io.kvstore.ClusterEvent.LeftOut;
import io.kvstore.ClusterEvent.Suspected;
import io.kvstore.ClusterEvent.ViewDecided;
import java.util.Optional;
import java.util.function.IntPredicate;

/** What a table tells of the events of its store. */
final class TableEvents {
  private TableEvents() {}

  /**
   * An event with the number that the table has for its shard; nothing, if it is of a shard of
   * another key space.
   *
   * @param has whether a shard of the store is the table's
   * @param first the number of the table's first shard among all
   */
  static Optional<ClusterEvent> of(ClusterEvent event, IntPredicate has, int first) {
    if (event instanceof ViewDecided its) {
      return has.test(its.shard())
          ? Optional.of(new ViewDecided(its.time(), its.shard() - first, its.before(), its.view()))
          : Optional.empty();
    }
    if (event instanceof Suspected its) {
      return has.test(its.shard())
          ? Optional.of(new Suspected(its.time(), its.shard() - first, its.node(), its.why()))
          : Optional.empty();
    }
    if (event instanceof LeftOut its) {
      return has.test(its.shard())
          ? Optional.of(new LeftOut(its.time(), its.shard() - first, its.node(), its.epoch()))
          : Optional.empty();
    }
    if (event instanceof Joined its) {
      return has.test(its.shard())
          ? Optional.of(new Joined(its.time(), its.shard() - first, its.node(), its.epoch()))
          : Optional.empty();
    }
    if (event instanceof Activated its) {
      return has.test(its.shard())
          ? Optional.of(new Activated(its.time(), its.shard() - first, its.node(), its.epoch()))
          : Optional.empty();
    }
    if (event instanceof Failed its) {
      return has.test(its.shard())
          ? Optional.of(new Failed(its.time(), its.shard() - first, its.node(), its.cause()))
          : Optional.empty();
    }
    if (event instanceof DataLost its) {
      return has.test(its.shard())
          ? Optional.of(new DataLost(its.time(), its.shard() - first))
          : Optional.empty();
    }
    return Optional.of(event); // of a node, which is of every key space
  }
}
