package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.Item;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.server.transfer.PageSize;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The first entries of a range as of one moment.
 *
 * @param entries as many as were asked for, or fit into a page
 * @param hasMore whether others follow
 */
record Page(List<Item<Bytes, Bytes>> entries, boolean hasMore) {
  /**
   * Reads a page: a few entries, which tell how long entries are, and then as many as fit.
   *
   * @param most entries that are asked for
   */
  static CompletableFuture<Page> read(
      Session<Bytes, Bytes> session, Scan<Bytes> all, int most, PageSize sizes) {
    int sample = Math.min(most, PageSize.SAMPLE);
    return read(session, all, sample)
        .thenCompose(
            some -> {
              int size =
                  Math.min(most, some.entries().isEmpty() ? sample : sizes.after(some.entries()));
              return some.hasMore() && size > sample
                  ? read(session, all, size)
                  : CompletableFuture.completedFuture(some.first(size));
            });
  }

  /** One more is read than are wanted: it tells whether others follow. */
  private static CompletableFuture<Page> read(
      Session<Bytes, Bytes> session, Scan<Bytes> all, int wanted) {
    return session
        .async()
        .scan(all.limit(wanted + 1))
        .thenApply(found -> new Page(found, false).first(wanted));
  }

  private Page first(int number) {
    return entries.size() > number ? new Page(entries.subList(0, number), true) : this;
  }

  /** The key after which the next page begins. */
  Bytes lastKey() {
    return entries.get(entries.size() - 1).key();
  }
}
