package io.kvstore.core.membership;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.Cell;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * What a coordinator never forgets, whatever happens to it: the view, the epochs that were used,
 * and who and what is wanted.
 */
public final class Register {
  private final AtomicLong highestEpoch;
  private final BiConsumer<Register, View> onDecided;
  private volatile View view;
  private volatile Optional<List<NodeId>> wanted = Optional.empty();
  private volatile Cell cell;

  /**
   * Begins with a view.
   *
   * @param highestEpoch what all registers of a group count with: no two of their views are alike
   * @param onDecided puts a view on record, and returns when it stays there
   */
  Register(View first, AtomicLong highestEpoch, BiConsumer<Register, View> onDecided) {
    this.highestEpoch = highestEpoch;
    this.onDecided = onDecided;
    view = first;
    cell = Cell.of(first);
  }

  public View view() {
    return view;
  }

  /** A number that no view has had. */
  long nextEpoch() {
    return highestEpoch.incrementAndGet();
  }

  void decide(View next) {
    onDecided.accept(this, next);
    view = next;
  }

  /** Who is to be in the view, in this order; nothing said means everyone. */
  Optional<List<NodeId>> wanted() {
    return wanted;
  }

  void want(List<NodeId> members) {
    wanted = Optional.of(List.copyOf(members));
  }

  /** One more is to be in the view, as its last, also if it was said who is. */
  void wantToo(NodeId node) {
    wanted =
        wanted.map(named -> Stream.concat(named.stream(), Stream.of(node)).distinct().toList());
  }

  /** One is gone for good. */
  void wantNoMore(NodeId node) {
    wanted = wanted.map(named -> named.stream().filter(each -> !each.equals(node)).toList());
  }

  /** In which cell of the matrix the group is to be. */
  Cell cell() {
    return cell;
  }

  void want(Cell another) {
    cell = another;
  }

  boolean wants(NodeId node) {
    return wanted.isEmpty() || wanted.get().contains(node);
  }
}
