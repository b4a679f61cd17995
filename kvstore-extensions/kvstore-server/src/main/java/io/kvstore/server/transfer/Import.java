package io.kvstore.server.transfer;

import io.kvstore.Bytes;
import io.kvstore.FullException;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.Update;
import io.kvstore.Written;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Sets the entries of a file in a store, over those that it has of the same keys. It has some lines
 * under way at a time, and begins with the next ones when all of those are set. So what was done
 * when it fails is a number of lines from the first one on.
 */
public final class Import {
  private static final int LINES = 256; // under way
  private static final int BYTES = 1 << 20; // under way, unless one entry is longer

  private final KVStore<Bytes, Bytes> store;
  private final Progress progress;
  private final Duration patience;
  private long line;
  private long done;
  private long expired;

  /** What was done. */
  public record Result(long entries, long expired) {}

  /**
   * To this store.
   *
   * @param patience how long what fails for now is tried again
   */
  public Import(KVStore<Bytes, Bytes> store, Progress progress, Duration patience) {
    this.store = store;
    this.progress = progress;
    this.patience = patience;
  }

  /**
   * Sets the entries of a file.
   *
   * @param skipped how many lines are there already
   * @throws IOException when the file is not what it should be, or the store does not take it; the
   *     message says how to go on
   */
  public Result from(BufferedReader in, long skipped) throws IOException {
    while (line < skipped) {
      if (in.readLine() == null) {
        throw new IOException("there are only " + line + " lines to skip, not " + skipped);
      }
      line++;
    }
    done = line;
    while (true) {
      List<EntryLine> some = new ArrayList<>();
      long entriesInAll = read(in, some);
      set(some);
      done = line;
      if (entriesInAll >= 0) {
        done--;
        if (entriesInAll != done) {
          throw new IOException(
              "the last line speaks of " + entriesInAll + " entries, but there were " + done);
        }
        return new Result(done - skipped - expired, expired);
      }
      progress.at(done);
    }
  }

  /** Reads some lines; returns what the last line of the file says, or -1 when there are more. */
  private long read(BufferedReader in, List<EntryLine> some) throws IOException {
    long bytes = 0;
    while (some.size() < LINES && bytes < BYTES) {
      String text = in.readLine();
      if (text == null) {
        set(some);
        done = line;
        throw new IOException(
            "there is no last line with the number of entries, so that the file was not written to"
                + " its end; its "
                + done
                + " lines were imported");
      }
      line++;
      try {
        JsonNode json = EntryLine.parse(text);
        Optional<Long> entriesInAll = EntryLine.entriesIn(json);
        if (entriesInAll.isPresent()) {
          return entriesInAll.get();
        }
        EntryLine entry = EntryLine.of(json);
        bytes += entry.key().size() + entry.value().size();
        some.add(entry);
      } catch (IllegalArgumentException wrong) {
        throw new IOException("line " + line + ": " + wrong.getMessage() + howToGoOn(), wrong);
      }
    }
    return -1;
  }

  private void set(List<EntryLine> some) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    List<EntryLine> left = some;
    while (!left.isEmpty()) {
      List<CompletableFuture<Written<Bytes>>> calls = new ArrayList<>();
      List<EntryLine> called = new ArrayList<>();
      for (EntryLine entry : left) {
        Update<Bytes, Bytes> update = updateOf(entry);
        if (update == null) {
          expired++;
        } else {
          calls.add(store.async().update(update));
          called.add(entry);
        }
      }
      left = failed(calls, called, deadline);
    }
  }

  /** Null when it has expired. */
  private static @Nullable Update<Bytes, Bytes> updateOf(EntryLine entry) {
    Update<Bytes, Bytes> put = Update.put(entry.key(), entry.value()).flags(entry.flags());
    if (entry.expires().isEmpty()) {
      return put;
    }
    Duration lifetime = Duration.between(Instant.now(), entry.expires().get());
    return lifetime.isNegative() || lifetime.isZero() ? null : put.lifetime(lifetime);
  }

  /** Those to try again: to set an entry twice does no harm. */
  private List<EntryLine> failed(
      List<CompletableFuture<Written<Bytes>>> calls, List<EntryLine> called, long deadline)
      throws IOException {
    List<EntryLine> failed = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      try {
        Object unused = Calls.join(calls.get(i));
      } catch (FullException | IllegalArgumentException refused) {
        throw new IOException(refused.getMessage() + howToGoOn(), refused);
      } catch (KVStoreException forNow) {
        if (System.nanoTime() >= deadline) {
          throw new IOException(forNow.getMessage() + howToGoOn(), forNow);
        }
        failed.add(called.get(i));
      }
    }
    return failed;
  }

  private String howToGoOn() {
    return "; the first " + done + " lines are imported: go on with --skip " + done;
  }
}
