package io.kvstore.core.node;

import io.kvstore.Traffic;
import io.kvstore.core.eviction.Evictor;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Get;
import io.kvstore.spi.Query;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What a replica counts, on its loop. Others may look, and see it a little late. */
public final class Counts {
  long operations;
  final LongAdder optimisticReads =
      new LongAdder(); // operations that took no more than a look, by any thread
  final @Nullable Evictor evictor; // judges by what is read, too; null where nothing is evicted
  long sent;
  long received;
  long dropped;

  Counts(@Nullable Evictor evictor) {
    this.evictor = evictor;
  }

  /** A query was answered by a look, by any thread. */
  void answeredByLook(Query query, Answer answer) {
    optimisticReads.increment();
    if (evictor != null && query instanceof Get get && answer instanceof Answer.Found found) {
      evictor.read(get.key(), found.entry() != null);
    }
  }

  public Traffic traffic() {
    return new Traffic(operations + optimisticReads.sum(), sent, received, dropped);
  }
}
