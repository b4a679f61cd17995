package io.kvstore.core.node;

import io.kvstore.Traffic;
import java.util.concurrent.atomic.LongAdder;

/** What a replica counts, on its loop. Others may look, and see it a little late. */
public final class Counts {
  long operations;
  final LongAdder optimisticReads =
      new LongAdder(); // operations that took no more than a look, by any thread
  long sent;
  long received;
  long dropped;

  public Traffic traffic() {
    return new Traffic(operations + optimisticReads.sum(), sent, received, dropped);
  }
}
