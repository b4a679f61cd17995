package io.kvstore.playground.shim.org.jctools.queues.varhandle;

import io.kvstore.playground.shim.org.jctools.queues.MessagePassingQueue;
import java.util.ArrayDeque;

/** A queue that one thread fills and empties. */
public final class MpscUnboundedVarHandleArrayQueue<E> implements MessagePassingQueue<E> {
  private final ArrayDeque<E> elements = new ArrayDeque<>();

  /** An empty one. */
  public MpscUnboundedVarHandleArrayQueue(int chunkSize) {
    if (chunkSize < 2) {
      throw new IllegalArgumentException("chunkSize: " + chunkSize + " (expected: >= 2)");
    }
  }

  @Override
  public boolean offer(E element) {
    return elements.offer(element);
  }

  @Override
  public E poll() {
    return elements.poll();
  }

  @Override
  public E relaxedPoll() {
    return elements.poll();
  }

  @Override
  public boolean isEmpty() {
    return elements.isEmpty();
  }

  @Override
  public int size() {
    return elements.size();
  }
}
