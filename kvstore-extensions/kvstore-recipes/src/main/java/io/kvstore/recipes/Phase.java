package io.kvstore.recipes;

/** What a {@link Contender} is doing. */
enum Phase {
  /** It takes the permits if they are free. */
  ASKING,
  /** It stands in the line. */
  WAITING,
  /** It holds the permits. */
  HELD,
  /** It is taken out of the line. */
  LEAVING,
  /** It has ended. */
  OVER
}
