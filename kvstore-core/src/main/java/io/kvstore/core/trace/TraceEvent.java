package io.kvstore.core.trace;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Operation;
import java.util.List;

/**
 * Something that has happened in a store. The text of an event is the same in every run that does
 * the same.
 *
 * <p>Messages are those between replicas, and those by which the coordinator changes a view, from
 * or to {@link NodeId#COORDINATOR}; not the beats by which replicas show that they live, nor their
 * answers.
 */
public sealed interface TraceEvent {
  /** When, in nanoseconds since 1970 on the clock of the loop, which no skew disturbs. */
  long time();

  /** In which shard; those of tables have numbers after those of the store's own keys. */
  int shard();

  /** A message was sent. */
  record Sent(long time, int shard, NodeId from, NodeId to, Message message)
      implements TraceEvent {}

  /** A message has arrived. */
  record Delivered(long time, int shard, NodeId from, NodeId to, Message message)
      implements TraceEvent {}

  /** A message will not arrive, or has arrived where it means nothing. */
  record Dropped(long time, int shard, NodeId from, NodeId to, Message message, String why)
      implements TraceEvent {}

  /** A timer of a controlet has run. */
  record TimerRan(long time, int shard, NodeId node) implements TraceEvent {}

  /** A client's operation has come to a replica. */
  record Requested(
      long time,
      int shard,
      NodeId node,
      int client,
      long sequence,
      Operation operation,
      Consistency level)
      implements TraceEvent {}

  /** A client has its answer from the replica that it asked. */
  record Answered(
      long time,
      int shard,
      NodeId node,
      int client,
      long sequence,
      Operation operation,
      Consistency level,
      Answer answer)
      implements TraceEvent {}

  /** A client was told that its operation has not been, or may not have been, applied. */
  record Failed(long time, int shard, NodeId node, int client, long sequence, String why)
      implements TraceEvent {}

  /** A replica has performed an operation. */
  record Applied(long time, int shard, NodeId node, Ordered ordered, Answer answer)
      implements TraceEvent {}

  /** A replica has taken over what another one's operation had changed. */
  record Merged(long time, int shard, NodeId node, Ordered origin, List<Pair> changed)
      implements TraceEvent {}

  /** A replica serves in a new view. */
  record Activated(long time, int shard, NodeId node, View view) implements TraceEvent {}

  /** A replica has stopped, because its node was crashed or something in it has failed. */
  record Stopped(long time, int shard, NodeId node, String why) implements TraceEvent {}
}
