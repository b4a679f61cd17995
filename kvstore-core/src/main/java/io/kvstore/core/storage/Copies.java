package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.spi.Datalet.Frozen;
import io.kvstore.core.spi.Datalet.Scratch;
import io.kvstore.core.spi.RemoteEntries;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies of everything that are handed over in chunks: those that other members take from a
 * datalet, and those that come from others and are put aside beside it.
 */
public final class Copies implements AutoCloseable {
  private static final int PART = 256; // entries of a copy that are taken over at once

  private final NodeId node;
  private final IndexedEntries entries;
  private final Map<RemoteEntries, Frozen> offered = new LinkedHashMap<>();
  private final Map<RemoteEntries, Scratch> brought = new LinkedHashMap<>();
  private long frozenFingerprint; // when the datalet's member was frozen last
  private volatile long steps;

  Copies(NodeId node, IndexedEntries entries) {
    this.node = node;
    this.entries = entries;
  }

  // From here

  /** What is here now, for others to take in chunks; nothing where the datalet cannot do that. */
  Optional<List<Pair>> offer() {
    long size = entries.datalet().size();
    if (size == 0) {
      return Optional.of(List.of());
    }
    Frozen frozen = entries.datalet().freeze();
    if (frozen == null) {
      return Optional.empty();
    }
    int shown = (int) Math.min(size, Integer.MAX_VALUE);
    RemoteEntries copy = new RemoteEntries(node, shown, entries.fingerprint());
    offered.put(copy, frozen);
    return Optional.of(copy);
  }

  /** The member is frozen: what was offered in the view before is not needed any more. */
  void onFreeze() {
    releaseAll();
    frozenFingerprint = entries.fingerprint();
  }

  /** The next part of a copy that was offered; nothing when it is offered no more. */
  public Optional<Chunk> chunk(RemoteEntries copy, Bytes from, Chunk.Size size) {
    Frozen frozen = offered.get(copy);
    return frozen == null ? Optional.empty() : Optional.of(new Filling(size).from(frozen, from));
  }

  /** A copy that was offered is not needed any more. */
  public void release(RemoteEntries copy) {
    Frozen frozen = offered.remove(copy);
    if (frozen != null) {
      frozen.close();
    }
  }

  /** No copy that was offered is needed any more. */
  public void releaseAll() {
    offered.values().forEach(Frozen::close);
    offered.clear();
  }

  // To here

  /** Whether the entries of a copy are those that are here. */
  boolean areHere(RemoteEntries copy) {
    boolean areAlike = copy.fingerprint() != 0 && copy.fingerprint() == entries.fingerprint();
    return offered.containsKey(copy) || areAlike;
  }

  /** Whether all entries of a copy were here when the member was frozen last. */
  boolean wereHere(RemoteEntries copy) {
    return offered.containsKey(copy)
        || (frozenFingerprint != 0 && copy.fingerprint() == frozenFingerprint);
  }

  /** Puts a part of another member's copy aside, until it is taken over as a whole. */
  public void putAside(RemoteEntries copy, List<Pair> part) {
    brought.computeIfAbsent(copy, first -> entries.datalet().scratch()).add(part);
    countStep();
  }

  /** Shows what was put aside of a copy, some at a time. */
  void inParts(RemoteEntries copy, Consumer<List<Pair>> work) {
    List<Pair> part = new ArrayList<>(PART);
    scratchOf(copy)
        .forEach(
            (key, entry) -> {
              part.add(new Pair(key, entry));
              if (part.size() == PART) {
                work.accept(part);
                part.clear();
                countStep();
              }
              return true;
            });
    work.accept(part);
  }

  /** Refuses a copy that was not put aside. */
  void require(RemoteEntries copy) {
    scratchOf(copy);
  }

  private Scratch scratchOf(RemoteEntries copy) {
    Scratch scratch = brought.get(copy);
    if (scratch == null) {
      throw new NothingToTakeException("the " + copy + " were not brought here");
    }
    return scratch;
  }

  /** Another member's copy is not needed any more. */
  public void forget(RemoteEntries copy) {
    Scratch scratch = brought.remove(copy);
    if (scratch != null) {
      scratch.close();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written by one thread
  private void countStep() {
    steps = steps + 1;
  }

  /** Grows while copies are brought and taken over. May be asked at any time, by any thread. */
  public long steps() {
    return steps;
  }

  @Override
  public void close() {
    releaseAll();
    brought.values().forEach(Scratch::close);
    brought.clear();
  }

  /** A chunk that is being filled. */
  private static final class Filling {
    private final Chunk.Size size;
    private final List<Pair> entries = new ArrayList<>();
    private long bytes;
    private @Nullable Bytes next;

    Filling(Chunk.Size size) {
      this.size = size;
    }

    Chunk from(Frozen frozen, Bytes first) {
      frozen.scan(first, this::add);
      return new Chunk(List.copyOf(entries), Optional.ofNullable(next));
    }

    private boolean add(Bytes key, Entry entry) {
      if (entries.size() >= size.entries() || bytes >= size.bytes()) {
        next = key;
        return false;
      }
      entries.add(new Pair(key, entry));
      bytes += key.size() + (entry.value() == null ? 0 : entry.presentValue().size());
      return true;
    }
  }
}
