package io.kvstore.playground.shim.org.jctools.queues;

/** What loops ask of their inbox. */
public interface MessagePassingQueue<E> {
  /** Adds one. */
  boolean offer(E element);

  /** Takes the first; null when there is none. */
  E poll();

  /** The same. */
  E relaxedPoll();

  /** Whether there is none. */
  boolean isEmpty();

  /** How many there are. */
  int size();
}
