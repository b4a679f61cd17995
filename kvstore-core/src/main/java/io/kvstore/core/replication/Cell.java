package io.kvstore.core.replication;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.spi.Settings;
import java.util.List;
import java.util.OptionalInt;

/**
 * A cell of the matrix: what a group promises, how it keeps that, and what follows from it for
 * those who change its views.
 */
public record Cell(Consistency consistency, Replication replication) {
  /** The cell that a view names. */
  public static Cell of(View view) {
    return new Cell(view.consistency(), view.replication());
  }

  /** The view in which a group begins, in the cell for which its store was built. */
  public static View firstView(Settings settings, List<NodeId> members) {
    return new Cell(settings.consistency(), settings.replication()).view(0, members);
  }

  /** Whether a view names this cell. */
  public boolean isOf(View view) {
    return consistency == view.consistency() && replication == view.replication();
  }

  /** The same view in this cell. */
  public View view(View like) {
    return isOf(like) ? like : view(like.epoch(), like.members());
  }

  /** A view in this cell, of which the first member is the primary. */
  public View view(long epoch, List<NodeId> members) {
    return new View(epoch, members, members.get(0), consistency, replication);
  }

  /**
   * The members that may answer linearizable reads by themselves as long as they hold a lease:
   * those that have all that was answered, whatever the others do.
   */
  public static List<NodeId> leaseHolders(View view) {
    List<NodeId> members = view.members();
    if (view.consistency() != Consistency.LINEARIZABLE || view.epoch() == 0) {
      return List.of();
    }
    return switch (view.replication()) {
      case CHAIN -> List.of(members.get(members.size() - 1));
      case CRAQ, LOCKING -> members;
      case RAFT, QUORUM -> List.of(); // each read is confirmed by a majority
      case LEASEGUARD -> List.of(); // no coordinator gives a lease: the log is the lease
      default -> List.of(view.primary());
    };
  }

  /**
   * Whether a leader that is elected answers linearizable reads alone by what is committed, however
   * long ago the coordinator has heard of it.
   */
  public static boolean isLogTheLease(View view) {
    return view.replication() == Replication.LEASEGUARD && view.epoch() > 0;
  }

  /**
   * Whether any member can go on by itself, whatever the others have: what they come back with is
   * merged.
   */
  public boolean letsAnyGoOn() {
    return !isStrong() && replication != Replication.PRIMARY;
  }

  /** Whether each key stands by itself, so that nothing is served that concerns several. */
  public boolean keepsKeysApart() {
    return replication == Replication.QUORUM && consistency == Consistency.LINEARIZABLE;
  }

  /** Whether all that is answered has a place in one order, by which sessions and watches count. */
  public boolean hasOneOrder() {
    return !letsAnyGoOn() && replication != Replication.QUORUM;
  }

  /** In which order what members do comes to each of them. */
  public Turns turns() {
    if (replication != Replication.QUORUM) {
      return hasOneOrder() ? Turns.OF_ALL : Turns.OF_WRITERS;
    }
    return keepsKeysApart() ? Turns.OF_TELLERS : Turns.OF_WRITERS_WITH_REPAIRS;
  }

  /** Whether all that is answered goes on whichever members are lost. */
  public boolean isStrong() {
    return isStrong(consistency, replication);
  }

  /** The same of the cell that a view names. */
  public static boolean isStrong(View view) {
    return isStrong(view.consistency(), view.replication());
  }

  private static boolean isStrong(Consistency consistency, Replication replication) {
    return consistency.isAtLeast(Consistency.SEQUENTIAL)
        || isKeptByMajority(consistency, replication);
  }

  /** Whether what is answered is kept by a majority, and not by every member. */
  public boolean isKeptByMajority() {
    return isKeptByMajority(consistency, replication);
  }

  private static boolean isKeptByMajority(Consistency consistency, Replication replication) {
    return isElective(replication)
        || replication == Replication.SHARED_LOG
        || (replication == Replication.QUORUM && !hasQuorumsOfChoice(consistency, replication));
  }

  /** Whether the store says how many members a write and a read wait for. */
  public boolean hasQuorumsOfChoice() {
    return hasQuorumsOfChoice(consistency, replication);
  }

  private static boolean hasQuorumsOfChoice(Consistency consistency, Replication replication) {
    return replication == Replication.QUORUM && consistency == Consistency.EVENTUAL;
  }

  /**
   * At the weak levels, how many members of a view hold a write before it is answered: as many as
   * the store asks for, otherwise one, or a majority where the protocol is one of quorums.
   */
  public static int acks(Settings settings, View view) {
    return chosenOrUsual(settings.acks(), view);
  }

  /** The same of members that have answered a read of a key. */
  public static int readsFrom(Settings settings, View view) {
    return chosenOrUsual(settings.readsFrom(), view);
  }

  private static int chosenOrUsual(OptionalInt chosen, View view) {
    if (chosen.isPresent()) {
      return chosen.getAsInt();
    }
    return hasQuorumsOfChoice(view.consistency(), view.replication())
        ? Acknowledgements.majorityOf(view.members().size())
        : 1;
  }

  /**
   * Whether members do without those that are silent by themselves: then they stay in the view, and
   * nothing but a lost memory, or a word of an administrator, makes it change.
   */
  public boolean toleratesSilence() {
    return isElective(replication) || replication == Replication.QUORUM;
  }

  private static boolean isElective(Replication replication) {
    return replication == Replication.RAFT || replication == Replication.LEASEGUARD;
  }

  /**
   * Checks that this cell keeps what was answered on disks, where all nodes may crash at once.
   *
   * @throws IllegalArgumentException if a part of that is in memory only
   */
  public void requireSupportForDisks() {
    if (keepsKeysApart()) {
      throw new IllegalArgumentException(
          "QUORUM at LINEARIZABLE keeps what members have promised in memory only, so that a store on disks would"
              + " lose answered writes when all crash: use PRIMARY, TOTAL_ORDER, CHAIN or RAFT"
              + " there");
    }
  }

  /** How many of so many members must be there for a group to go on. */
  public int neededAmong(int members) {
    return toleratesSilence() && !letsAnyGoOn() ? Acknowledgements.majorityOf(members) : 1;
  }

  /**
   * How many of so many members must be there with their memory, so that what was answered is known
   * among them: as many as share one with each majority.
   */
  public int witnessesAmong(int members) {
    int keepers = isKeptByMajority() ? Acknowledgements.majorityOf(members) : members;
    return members - keepers + 1;
  }
}
