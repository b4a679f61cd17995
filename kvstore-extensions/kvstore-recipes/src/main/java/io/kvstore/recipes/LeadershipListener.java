package io.kvstore.recipes;

/**
 * Is told when a candidate begins to lead, and when it does so no more; by one thread at a time, on
 * which nothing else waits but other listeners of the same recipes: it may take its time.
 */
@FunctionalInterface
public interface LeadershipListener {
  /**
   * The candidate leads.
   *
   * @param leadership to ask before each thing that only a leader may do; closing it resigns, and
   *     stands for election again
   */
  void onElected(Hold leadership);

  /**
   * The candidate has lost the leadership: another may lead by now. It stands for election again.
   * Nothing is told when the election is closed.
   */
  default void onDeposed() {}
}
