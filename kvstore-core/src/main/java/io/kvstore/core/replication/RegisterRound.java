package io.kvstore.core.replication;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.replication.Registers.State;
import io.kvstore.spi.Entry;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the members of a view have answered to one question about a register. */
public final class RegisterRound {
  private final List<NodeId> members;
  private final int majority;
  private final Set<NodeId> answered = new TreeSet<>();
  private final Set<NodeId> holders = new TreeSet<>(); // of the latest
  private final Set<NodeId> refusing = new TreeSet<>();
  private @Nullable Accepted latest;
  private boolean hasPassed; // for one of those who hold what was there before all ballots

  /** No member of this view has answered yet. */
  public RegisterRound(View view) {
    members = view.members();
    majority = Acknowledgements.majorityOf(members.size());
  }

  /** A member has accepted this. */
  public void holds(NodeId member, Accepted accepted) {
    if (!answered.add(member)) {
      return;
    }
    if (latest == null || accepted.ballot() > latest.ballot()) {
      latest = accepted;
      holders.clear();
      hasPassed = false;
    } else if (accepted.ballot() == 0 && latest.ballot() == 0) {
      meetBeforeAllBallots(latest.state(), accepted.state());
    }
    if (accepted.ballot() == latest.ballot()) {
      holders.add(member);
    }
  }

  /**
   * As a view begins all hold the same. But a lifetime passes by the clock of each: what is gone
   * for one must be gone for all.
   */
  private void meetBeforeAllBallots(State one, State other) {
    if (one.isGone() != other.isGone()) {
      hasPassed = true;
      State there = one.isGone() ? other : one;
      Entry value = requireNonNull(there.entry());
      if (value.expiresAt() != Entry.NEVER) {
        latest = new Accepted(0, there.asOf(value.expiresAt()));
      }
    }
  }

  /** A member has promised another more. */
  public void refuses(NodeId member) {
    refusing.add(member);
  }

  /** Whether any member does. */
  public boolean isRefused() {
    return !refusing.isEmpty();
  }

  /** Whether so many members refuse that no majority can be had any more. */
  public boolean isHopeless() {
    return refusing.size() > members.size() - majority;
  }

  /** Whether a majority has answered. */
  public boolean hasMajority() {
    return answered.size() >= majority;
  }

  /** Whether a majority holds the latest of what was answered. */
  public boolean isAgreed() {
    return holders.size() >= majority && !hasPassed;
  }

  /** Whether what was there before all ballots is gone for one, and not for another. */
  public boolean hasPassedForSome() {
    return hasPassed;
  }

  /** The latest that a member holds that has answered. */
  public Accepted latest() {
    return requireNonNull(latest, "what a member holds");
  }

  /** Whether a member has not answered. */
  public boolean lacks(NodeId member) {
    return !answered.contains(member);
  }

  /** A round that asks all to hold the latest, which some do. */
  public RegisterRound spreading(View view) {
    RegisterRound next = new RegisterRound(view);
    holders.forEach(each -> next.holds(each, latest()));
    return next;
  }

  @Override
  public String toString() {
    return "answered by " + answered + ", refused by " + refusing;
  }
}
