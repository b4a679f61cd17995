package io.kvstore.testkit.check;

import java.time.Duration;

/** What a check has used of its budget; a check that exceeds it is ended. */
final class Spending {
  /** Says which part of the budget is used up; it costs no stack trace. */
  static final class OverBudget extends RuntimeException {
    private static final long serialVersionUID = 1;

    OverBudget(String reason) {
      super(reason, null, false, false);
    }

    Verdict.Undecided verdict() {
      return new Verdict.Undecided(String.valueOf(getMessage()));
    }
  }

  private static final int BETWEEN_CHECKS = 1 << 12;

  private final Budget budget;
  private final Memory memory;
  private final long start = System.nanoTime();
  private long taken;
  private int asked;

  Spending(Budget budget) {
    this.budget = budget;
    memory = new Memory(budget.bytes());
  }

  /** As many ints as may still be used, in one array. */
  int[] ints(long count) {
    take(count > Integer.MAX_VALUE - 8 ? Long.MAX_VALUE : count * Integer.BYTES);
    return new int[(int) count];
  }

  /** Takes so many bytes. */
  void take(long bytes) {
    if (!memory.take(bytes)) {
      throw new OverBudget("what there is to remember exceeds " + budget.bytes() + " bytes");
    }
    taken += bytes;
  }

  /** Gives an array back. */
  void give(int[] ints) {
    taken -= (long) ints.length * Integer.BYTES;
    memory.give((long) ints.length * Integer.BYTES);
  }

  /** Gives everything back: a part of the check is over. */
  void giveAll() {
    memory.give(taken);
    taken = 0;
  }

  /** To be asked now and then. */
  void checkTime() {
    if (System.nanoTime() - start > budget.time().toNanos()) {
      throw new OverBudget("no answer within " + budget.time());
    }
  }

  /** To be asked all the time. */
  void checkTimeSometimes() {
    if (++asked % BETWEEN_CHECKS == 0) {
      checkTime();
    }
  }

  /** One of so many parts of the time that is left. */
  Budget part(int parts) {
    checkTime();
    long left = budget.time().toNanos() - (System.nanoTime() - start);
    return new Budget(Duration.ofNanos(Math.max(1, left / parts)), budget.bytes());
  }
}
