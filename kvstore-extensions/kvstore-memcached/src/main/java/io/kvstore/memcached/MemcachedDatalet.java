package io.kvstore.memcached;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kvstore.Bytes;
import io.kvstore.core.datalet.EntryFormat;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The entries of one replica in a server that speaks memcached, with an index in memory. */
final class MemcachedDatalet implements Datalet {
  /** What a server with its usual limit of 1 MiB for an item takes without a second thought. */
  static final int PART_BYTES = 500_000;

  private static final Logger logger = LoggerFactory.getLogger(MemcachedDatalet.class);
  private static final int READ_TOGETHER = 32;
  private static final int DELETED_TOGETHER = 1_000;

  /** What must be on the server under a key. */
  private record Written(long version, int parts) {}

  private final Connection connection;
  private final ItemNames names;
  private final TreeMap<Bytes, Written> index = new TreeMap<>();
  private boolean hasUnsynced;
  private boolean isClosed;

  private MemcachedDatalet(Connection connection, ItemNames names) {
    this.connection = connection;
    this.names = names;
  }

  /** Takes the place over from the datalet that had it, and begins with nothing. */
  static MemcachedDatalet open(Connection connection, ItemNames names, Duration timeout) {
    boolean wasLeft = connection.get(names.place()) != null;
    connection.set(names.place(), names.owner().getBytes(US_ASCII));
    if (wasLeft) {
      int number = Leftovers.remove(connection.address(), timeout, names::isLeftover);
      logger.info("{}: {} items that were left in {}", connection, number, names.place());
    }
    return new MemcachedDatalet(connection, names);
  }

  // Reading

  @Override
  public @Nullable Entry get(Bytes key) {
    Written written = index.get(key);
    return written == null ? null : read(key, written, connection.get(names.item(key, 0)));
  }

  /** The entry, whose first part has been read already. */
  private Entry read(Bytes key, Written written, byte @Nullable [] first) {
    byte[] encoded = first;
    for (int part = 1; encoded != null && part < written.parts(); part++) {
      encoded = joined(encoded, connection.get(names.item(key, part)));
    }
    if (encoded == null) {
      throw lost("has lost the entry of " + key);
    }
    Entry entry;
    try {
      entry = EntryFormat.decode(encoded);
    } catch (RuntimeException foreign) {
      throw lost("has something else in the place of the entry of " + key);
    }
    if (entry.version() != written.version()) {
      throw lost("has another entry of " + key + " than was written to it");
    }
    return entry;
  }

  private static byte @Nullable [] joined(byte[] head, byte @Nullable [] tail) {
    if (tail == null) {
      return null;
    }
    byte[] both = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, both, head.length, tail.length);
    return both;
  }

  private LostEntriesException lost(String what) {
    return new LostEntriesException(
        connection
            + " "
            + what
            + " in "
            + names.place()
            + ": it has evicted or flushed items, was started again, or serves a second store under"
            + " the same prefix. Let it evict nothing (memcached -M), then restart the node: it is"
            + " brought up to date by the others");
  }

  @Override
  public void scan(Bytes from, Bytes to, Visitor visitor) {
    if (to.isEmpty()) {
      show(index.tailMap(from), visitor);
    } else if (from.compareTo(to) < 0) {
      show(index.subMap(from, to), visitor);
    }
  }

  private void show(SortedMap<Bytes, Written> selected, Visitor visitor) {
    List<Bytes> keys = new ArrayList<>(selected.keySet()); // the visitor may change entries
    for (int start = 0; start < keys.size(); start += READ_TOGETHER) {
      List<Bytes> some = keys.subList(start, Math.min(start + READ_TOGETHER, keys.size()));
      Map<String, byte[]> found =
          connection.getAll(some.stream().map(key -> names.item(key, 0)).toList());
      for (Bytes key : some) {
        Written written = index.get(key);
        if (written != null
            && !visitor.visit(key, read(key, written, found.get(names.item(key, 0))))) {
          return;
        }
      }
    }
  }

  @Override
  public long size() {
    return index.size();
  }

  @Override
  public OnHeap onHeap() {
    return OnHeap.KEYS;
  }

  // Writing

  @Override
  public @Nullable Entry put(Bytes key, Entry entry) {
    Entry before = get(key);
    hasUnsynced = true;
    byte[] encoded = EntryFormat.encode(entry);
    int parts = (encoded.length + PART_BYTES - 1) / PART_BYTES;
    Written replaced = index.put(key, new Written(entry.version(), parts));
    for (int part = 0; part < parts; part++) {
      int end = Math.min((part + 1) * PART_BYTES, encoded.length);
      byte[] item = parts == 1 ? encoded : Arrays.copyOfRange(encoded, part * PART_BYTES, end);
      connection.set(names.item(key, part), item);
    }
    for (int part = parts; replaced != null && part < replaced.parts(); part++) {
      connection.delete(names.item(key, part));
    }
    return before;
  }

  @Override
  public @Nullable Entry remove(Bytes key) {
    Entry before = get(key);
    Written written = index.remove(key);
    if (written != null) {
      hasUnsynced = true;
      itemsOf(key, written).forEach(connection::delete);
    }
    return before;
  }

  private Collection<String> itemsOf(Bytes key, Written written) {
    List<String> items = new ArrayList<>(written.parts());
    for (int part = 0; part < written.parts(); part++) {
      items.add(names.item(key, part));
    }
    return items;
  }

  @Override
  public void clear() {
    hasUnsynced = true;
    int number = 0;
    for (Map.Entry<Bytes, Written> each : index.entrySet()) {
      for (String item : itemsOf(each.getKey(), each.getValue())) {
        connection.delete(item);
        if (++number % DELETED_TOGETHER == 0) {
          requireOwnPlace(); // its answer comes when these are deleted
        }
      }
    }
    index.clear();
  }

  /** Nothing has survived if the server has begun anew, or another datalet has taken the place. */
  @Override
  public void sync() {
    if (hasUnsynced) {
      requireOwnPlace();
      hasUnsynced = false;
    }
  }

  private void requireOwnPlace() {
    byte[] owner = connection.get(names.place());
    if (owner == null) {
      throw lost("has forgotten who lives");
    }
    if (!Arrays.equals(owner, names.owner().getBytes(US_ASCII))) {
      throw lost("serves somebody else");
    }
  }

  /** Leaves nothing behind, as no datalet could ever use it. */
  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try {
      requireOwnPlace();
      clear();
      connection.delete(names.place());
      connection.get(names.place());
    } catch (RuntimeException gone) {
      logger.debug("{} may keep items of {}", connection, names.place(), gone);
    } finally {
      index.clear();
      connection.close();
    }
  }
}
