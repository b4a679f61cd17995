package io.kvstore.testkit.check;

/** What a check has used of its budget; whoever exceeds it is thrown out. */
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
    if (count > Integer.MAX_VALUE - 8 || !memory.take(count * Integer.BYTES)) {
      throw new OverBudget("what there is to remember exceeds " + budget.bytes() + " bytes");
    }
    taken += count * Integer.BYTES;
    return new int[(int) count];
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

  /** What is left of the budget. */
  Budget rest() {
    checkTime();
    return new Budget(
        budget.time().minusNanos(Math.min(System.nanoTime() - start, budget.time().toNanos() - 1)),
        budget.bytes());
  }
}
