package io.kvstore.core.replication;

import io.kvstore.spi.Operation;

/** An operation that a member has proposed, with its place in the order of all proposals. */
public interface Proposal {
  /** Its place: a Lamport count with the number of the member, see {@link LamportClock}. */
  long stamp();

  /** How many proposals its member had made in this epoch with it. */
  long number();

  /** By the clock of its member. */
  long time();

  /** Whose operation it is. */
  int client();

  /** Which of the client's operations. */
  long sequence();

  /** What to do. */
  Operation operation();
}
