package io.kvstore.server.transfer;

import io.kvstore.Bytes;
import io.kvstore.FullException;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.Update;
import io.kvstore.Written;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A store that is open in this process, in which entries are set. */
public final class StoreSink implements Import.Sink {
  private final KVStore<Bytes, Bytes> store;
  private final Duration patience;

  /**
   * This store.
   *
   * @param patience how long what fails for now is tried again
   */
  public StoreSink(KVStore<Bytes, Bytes> store, Duration patience) {
    this.store = store;
    this.patience = patience;
  }

  @Override
  public int set(List<EntryLine> entries) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    int expired = 0;
    List<EntryLine> left = entries;
    while (!left.isEmpty()) {
      List<CompletableFuture<Written<Bytes>>> calls = new ArrayList<>();
      List<EntryLine> called = new ArrayList<>();
      for (EntryLine entry : left) {
        Optional<Update<Bytes, Bytes>> update = entry.updateAt(Instant.now());
        if (update.isEmpty()) {
          expired++;
        } else {
          calls.add(store.async().update(update.get()));
          called.add(entry);
        }
      }
      left = failed(calls, called, deadline);
    }
    return expired;
  }

  /** Those to try again: to set an entry twice does no harm. */
  private static List<EntryLine> failed(
      List<CompletableFuture<Written<Bytes>>> calls, List<EntryLine> called, long deadline)
      throws IOException {
    List<EntryLine> failed = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      try {
        Object unused = Calls.join(calls.get(i));
      } catch (FullException | IllegalArgumentException refused) {
        throw new IOException(refused.getMessage(), refused);
      } catch (KVStoreException forNow) {
        if (System.nanoTime() >= deadline) {
          throw new IOException(forNow.getMessage(), forNow);
        }
        failed.add(called.get(i));
      }
    }
    return failed;
  }
}
