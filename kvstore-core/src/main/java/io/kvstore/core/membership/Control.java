package io.kvstore.core.membership;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.RemoteEntries;
import io.kvstore.core.storage.Chunk;
import java.util.List;

/**
 * What a coordinator and the replicas of its group say to each other, and replicas of copies that
 * one takes from another. It belongs to no view.
 */
public sealed interface Control extends Message {
  /** The epoch of what belongs to no view: lower than any. */
  long NO_EPOCH = -1;

  @Override
  default long epoch() {
    return NO_EPOCH;
  }

  /** What a replica is doing. */
  enum Stage {
    /** It has just started, and waits to be taken into a view. */
    FRESH,
    /** It has said how it stands, and waits for the next view. */
    FROZEN,
    /** It has taken its place in a view, and waits until all others have. */
    INSTALLED,
    /** It serves. */
    SERVING
  }

  /**
   * A replica lives.
   *
   * @param incarnation which of the replicas that its node has had
   * @param stage what it is doing
   * @param promised the highest epoch for which it was frozen
   * @param installed the epoch of the view that it was installed in last
   * @param sentAt the time by its stopwatch
   * @param deafNanos for how long it has not heard of the coordinator
   * @param suspects members that owe it something
   */
  record Beat(
      long incarnation,
      Stage stage,
      long promised,
      long installed,
      long sentAt,
      long deafNanos,
      List<NodeId> suspects)
      implements Control {}

  /**
   * The answer to a beat. It is a lease as well: for some time from {@code sentAt} on, no view that
   * comes after this one serves without the receiver's word.
   */
  record Heard(long sentAt, long leaseEpoch) implements Control {}

  /**
   * Stop, and say how you stand.
   *
   * @param decided the view in which the group is
   */
  record Freeze(long incarnation, long next, View decided) implements Control {}

  /**
   * How a replica stands.
   *
   * @param hasLostAll whether it knows nothing, though it has been there: its files were damaged
   */
  record Frozen(
      long incarnation, long next, long installed, boolean hasLostAll, MemberReport report)
      implements Control {}

  /** Take your place in this view, and do not serve yet. */
  record Install(View next, List<MemberReport> members, List<MemberReport> joiners)
      implements Control {}

  /** It has begun to, and has come further since it said so last. */
  record Installing(long next) implements Control {}

  /** It has. */
  record Installed(long next) implements Control {}

  /** Everyone has: serve. */
  record Activate(long next) implements Control {}

  /** To the source of a copy: send what it has from a key on. */
  record NextPart(RemoteEntries of, Bytes from) implements Control {}

  /** What it has from a key on, as far as that goes into one message. */
  record CopyPart(RemoteEntries of, Bytes from, Chunk chunk) implements Control {}

  /** It is offered no more. */
  record CopyIsGone(RemoteEntries of) implements Control {}

  /** To the source of a copy: all of it has come. */
  record CopyTaken(RemoteEntries of) implements Control {}
}
