package io.kvstore.core.replication;

/** Where few runs of a protocol come to, and bugs hide: {@link io.kvstore.core.spi.Env#reached}. */
public enum Moment {
  /** A primary was asked for a linearizable read, and held no lease when it had the answer. */
  READ_WITHOUT_LEASE,
  /** A read met an entry that should have expired, and had the group's time go on. */
  READ_HAD_TIME_GO_ON,
  /** A read waited for the next view, to be ordered in it. */
  READ_ORDERED_IN_THE_NEXT_VIEW,
  /** A client asked again for what had its place already. */
  ASKED_AGAIN,
  /** A request that was passed on came again while it was being served. */
  ASKED_WHILE_SERVED,
  /** A request that was refused came again. */
  ASKED_AFTER_REFUSAL,
  /** A request came again of which it is not known whether it was performed. */
  ASKED_OF_THE_FORGETFUL,
  /** A member passed on requests, and heard nothing of the one that serves them. */
  SERVER_NOT_HEARD,
  /** An answer came in a later view than that in which its request was passed on. */
  ANSWERED_IN_A_LATER_VIEW,
  /** A server denied what the one before it may have done, and its client was not told so. */
  DENIAL_WITHHELD,
  /** A write was refused because members have not acknowledged the last ones for long. */
  WRITE_REFUSED_FOR_MISSING_MEMBER,
  /** A member was accused of owing something for long. */
  LAGGARD_ACCUSED,
  /** A member that has fallen behind was sent a copy of everything. */
  LAGGARD_SENT_A_COPY,
  /** A member of a chain held a write to a key that it was to read, and asked the tail. */
  TAIL_ASKED_FOR_DIRTY_KEY,
  /** A member took everything over from another with its place in a view. */
  CONTENTS_TAKEN_OVER,
  /** A member took over only what it lacked. */
  REST_TAKEN_OVER,
  /** What a member did after the others had gone on without it was brought back. */
  LEFT_OVER_UPDATES_BROUGHT_BACK,
  /** Two members proposed the same request. */
  PROPOSED_TWICE,
  /** Others had performed, in a view that this member missed, what it has yet to answer. */
  PERFORMED_ELSEWHERE,
  /** An update came before what it depends on. */
  UPDATE_BEFORE_ITS_CAUSE,
  /** An update was taken into the next view without what it depends on. */
  UPDATE_CARRIED_OVER,
  /** An update came before those that its writer has told before. */
  UPDATE_EARLY,
  /** An update found no room, and has to come again. */
  UPDATE_WITHOUT_ROOM,
  /** A copy of everything brought what updates would have brought. */
  EVERYTHING_BROUGHT_NEWS,
  /** A tombstone could not be collected, because a node is away. */
  COLLECTING_HAD_TO_WAIT,
  /** A member was elected. */
  LEADER_ELECTED,
  /** A leader stepped down. */
  LEADER_STEPPED_DOWN,
  /** A leader heard no majority, and stepped down for it. */
  LEADER_HEARD_NO_MAJORITY,
  /** A member did not want another election, because it hears a leader. */
  VOTE_WITHHELD_FOR_A_LEADER,
  /** A member was asked for its vote by one that lacks what it has, and stands itself. */
  STOOD_FOR_ANOTHER,
  /** What was ordered and not committed was taken back: a later leader has something else. */
  ENTRIES_TAKEN_BACK,
  /** A majority held an entry of an earlier term, which did not make it committed. */
  EARLIER_TERM_NOT_COUNTED,
  /** A leader was yet to commit what a majority holds: an earlier one may still read alone. */
  COMMIT_WAITED_FOR_A_LEASE,
  /** A round of reads brought an entry along, which renews the lease of its leader. */
  LEASE_RENEWED_BY_A_ROUND,
  /** A member fetched more of a shared log than came at once. */
  LOG_FETCHED_IN_PARTS,
  /** A member had promised more to another than a coordinator has asked for. */
  BALLOT_REFUSED,
  /** A read found that not a majority has accepted the latest, and brought it to the others. */
  READ_REPAIRED,
  /** What not all members have accepted was brought to the others, so that all can forget it. */
  REGISTER_BROUGHT_TO_ALL,
  /** A register was chosen anew, for it has passed, or was refused, before all could forget it. */
  REGISTER_REFRESHED,
  /** A register had to stay, since its member's datalet does not show the same. */
  REGISTER_NOT_SHOWN,
  /** A read found an older copy at a member, and wrote the newer one back. */
  COPY_REPAIRED,
  /** A member was brought what another, which is silent, had written, by a third. */
  DIFFERENCES_BROUGHT,
  /** The lease of a write lock ran out before all members held what was written under it. */
  LOCK_EXPIRED,
  /** A member lost a write lock before it had heard that it has it. */
  LOCK_LOST_BEFORE_IT_WAS_USED,
  /** A read lock was called back before it had come. */
  LOCK_RECALLED_BEFORE_IT_CAME,
  /** Of a write whose lock was lost no member held anything: it will never be done. */
  LOCK_SETTLED_WITH_NOTHING,
  /** A write whose lock was lost was completed. */
  LOCK_SETTLED_WITH_A_WRITE
}
