package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Reply;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * Rounds in which a leader asks the others whether it still is one, before it answers a read: by
 * then a majority has acknowledged a round that began after the read had come (Ongaro 2014, 6.4).
 *
 * <pre>
 *   read 1     read 2, read 3
 *     │ round 7    │  │                │ round 8
 *     └─────────▶ a majority has acknowledged 7 ─────────▶ a majority has acknowledged 8
 *                  read 1 goes on                            read 2 and read 3 go on
 * </pre>
 *
 * <p>Reads that come while a round is under way share the next one. Numbers are never used twice,
 * so that an acknowledgement of an earlier round counts for none that came later.
 */
public final class ReadRounds {
  private final Env env;
  private final PendingRequests pendingRequests;
  private final Runnable send;
  private View view;
  private long[] acknowledged = {}; // by the number of the member
  private long begun = 1;
  private long confirmed = 1;
  private boolean isAnotherWanted;

  /**
   * No round was begun yet.
   *
   * @param pendingRequests where reads wait
   * @param send asks the others to acknowledge {@link #current}
   */
  public ReadRounds(Env env, PendingRequests pendingRequests, Runnable send) {
    this.env = env;
    this.pendingRequests = pendingRequests;
    this.send = send;
    view = env.view();
  }

  /** Begins anew, in the present view or as its leader: what was asked before counts no more. */
  public void restart() {
    view = env.view();
    int numbers = 1 + view.members().stream().mapToInt(NodeId::number).max().orElse(0);
    acknowledged = new long[numbers];
    confirmed = begun;
    isAnotherWanted = false;
  }

  /** The number of the round that was begun last. */
  public long current() {
    return begun;
  }

  /** Whether a round is under way. */
  public boolean isUnderWay() {
    return confirmed < begun;
  }

  /**
   * Has a read go on once a round is confirmed that has yet to begin.
   *
   * @param isOver whether there is nothing to wait for any more, because another leads
   */
  public void ask(Reply reply, BooleanSupplier isOver, Runnable then) {
    long number = begun + 1;
    if (isUnderWay()) {
      isAnotherWanted = true;
    } else {
      begin();
    }
    pendingRequests.until(
        () -> confirmed >= number || isOver.getAsBoolean(),
        reply,
        "a majority to confirm that its leader still leads",
        then);
  }

  private void begin() {
    isAnotherWanted = false;
    begun++;
    acknowledge(env.self(), begun);
    if (isUnderWay()) {
      send.run();
    }
  }

  /** A member has acknowledged a round of this leader, in its term. */
  public void acknowledge(NodeId member, long number) {
    acknowledged[member.number()] = Math.max(acknowledged[member.number()], number);
    long count =
        view.members().stream().filter(each -> acknowledged[each.number()] >= begun).count();
    if (isUnderWay() && count >= Acknowledgements.majorityOf(view.members().size())) {
      confirmed = begun;
      if (isAnotherWanted) {
        begin();
      }
    }
  }

  @Override
  public String toString() {
    return "round " + begun + ", acknowledged " + Arrays.toString(acknowledged);
  }
}
