package io.kvstore.core.cluster;

import io.kvstore.Traffic;

/** What a replica counts, on its loop. Others may look, and see it a little late. */
final class Counts {
  long operations;
  long sent;
  long received;
  long dropped;

  Traffic traffic() {
    return new Traffic(operations, sent, received, dropped);
  }
}
