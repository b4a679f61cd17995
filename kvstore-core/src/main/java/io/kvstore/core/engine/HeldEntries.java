package io.kvstore.core.engine;

import io.kvstore.Bytes;
import io.kvstore.core.spi.RemoteEntries;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.core.storage.Chunk;
import io.kvstore.core.storage.Copies;
import io.kvstore.spi.Answer.Pair;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * All that a shard held at one moment, to be read in parts while more commands are performed. It is
 * closed before the shard is, unless the shard is closed for good.
 */
public final class HeldEntries implements AutoCloseable {
  private static final int PART = 1_024;

  private final Contents contents;
  private final Copies copies;
  private final Iterator<Pair> shared; // nothing where the datalet shows what it offered
  private Bytes from = Bytes.EMPTY;
  private boolean isAtEnd;

  HeldEntries(Contents contents, Copies copies) {
    this.contents = contents;
    this.copies = copies;
    shared = isShared() ? contents.entries().iterator() : List.<Pair>of().iterator();
  }

  /** The position of the last command that was performed before. */
  public long position() {
    return contents.position();
  }

  /** The time of that command. */
  public long time() {
    return contents.time();
  }

  /** The highest version of all that was ever written. */
  public long highestVersion() {
    return contents.highestVersion();
  }

  /** How many entries there are. */
  public int size() {
    return contents.entries().size();
  }

  /**
   * Whether any thread may call {@link #next} at any time. Otherwise it counts as a use of the
   * shard, which is used by one thread at a time.
   */
  public boolean isShared() {
    return !(contents.entries() instanceof RemoteEntries);
  }

  /** The next entries; none at the end. */
  public List<Pair> next() {
    List<Pair> part = new ArrayList<>();
    if (isShared()) {
      while (shared.hasNext() && part.size() < PART) {
        part.add(shared.next());
      }
    } else if (!isAtEnd) {
      RemoteEntries offered = (RemoteEntries) contents.entries();
      Chunk chunk =
          copies
              .chunk(offered, from, Chunk.Size.DEFAULT)
              .orElseThrow(() -> new IllegalStateException("the shard was closed"));
      part.addAll(chunk.entries());
      chunk.next().ifPresent(next -> from = next);
      isAtEnd = chunk.next().isEmpty();
    }
    return part;
  }

  /**
   * They are not needed any more. Like {@link #next}, a use of the shard unless they are shared.
   */
  @Override
  public void close() {
    if (contents.entries() instanceof RemoteEntries offered) {
      copies.release(offered);
    }
  }
}
