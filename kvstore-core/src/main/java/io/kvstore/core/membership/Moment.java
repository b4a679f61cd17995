package io.kvstore.core.membership;

/** Where few runs of a group's views come to, and bugs hide: {@code EventLoop.reached}. */
public enum Moment {
  /** A member was frozen for the next view before it had heard that its own was decided. */
  DECISION_HEARD_WITH_THE_NEXT_FREEZE,
  /** A member that had said how it stands was asked again. */
  FROZEN_AGAIN,
  /** A member that had taken its place was told to do so again. */
  INSTALLED_AGAIN,
  /** A member noticed that it had slept. */
  MEMBER_SLEPT,
  /** The coordinator noticed that it had slept. */
  COORDINATOR_SLEPT,
  /** A beat came from before a crash. */
  BEAT_FROM_BEFORE_A_CRASH,
  /** A member that had said how it stands crashed, and came back, during a change of view. */
  RESTARTED_DURING_A_CHANGE,
  /** A change of view went on without a member that did not say how it stands. */
  MEMBER_GIVEN_UP,
  /** A change of view began anew, because a member did not take its place. */
  CHANGE_BEGUN_ANEW,
  /** A change of view came to nothing, because those who know what was answered are away. */
  CHANGE_WITHOUT_WITNESS,
  /** Nothing was left with those who had answered, and another might yet be heard. */
  NOTHING_LEFT_YET,
  /** A change of view waited for the end of a lease. */
  LEASE_WAITED_OUT,
  /** A member was left out because others complained of it. */
  ACCUSED_LEFT_OUT,
  /** A member was frozen while it handed over to the next protocol. */
  FROZEN_DURING_HAND_OVER,
  /** A member found that the group had gone on in another cell. */
  BEGUN_BLANK,
  /** A member could not take over what it was told to. */
  NOTHING_TO_TAKE,
  /** A protocol answered what the one before it had performed. */
  ANSWERED_FROM_A_HAND_OVER,
  /** A call was lost: it is not known whether the protocol before has performed it. */
  LOST_IN_A_HAND_OVER
}
