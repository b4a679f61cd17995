package io.kvstore.server.transfer;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Sets the entries of a file in a store, over those that it has of the same keys. It has some lines
 * under way at a time, and begins with the next ones when all of those are set. So what was done
 * when it fails is a number of lines from the first one on.
 */
public final class Import {
  private static final int LINES = 256; // under way
  private static final int BYTES = 1 << 20; // under way, unless one entry is longer

  /** Where entries go. */
  public interface Sink {
    /**
     * Sets some entries, and says how many of them had expired.
     *
     * @throws IOException when it is not certain that they are set
     */
    int set(List<EntryLine> entries) throws IOException;
  }

  private final Sink sink;
  private final Progress progress;
  private long line;
  private long done;
  private long expired;

  /** What was done. */
  public record Result(long entries, long expired) {}

  /** To this sink. */
  public Import(Sink sink, Progress progress) {
    this.sink = sink;
    this.progress = progress;
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
    try {
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
    } finally {
      progress.end();
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
    if (some.isEmpty()) {
      return;
    }
    try {
      expired += sink.set(some);
    } catch (IOException failed) {
      throw new IOException(failed.getMessage() + howToGoOn(), failed);
    }
  }

  private String howToGoOn() {
    return "; the first " + done + " lines are imported: go on with --skip " + done;
  }
}
