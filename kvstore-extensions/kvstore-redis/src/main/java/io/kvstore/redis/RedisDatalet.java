package io.kvstore.redis;

import static io.kvstore.redis.Connection.ascii;

import io.kvstore.Bytes;
import io.kvstore.core.datalet.EntryFormat;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The entries of one replica in a server that speaks Redis, none of them on the heap. */
final class RedisDatalet implements Datalet {
  private static final Logger logger = LoggerFactory.getLogger(RedisDatalet.class);
  private static final int READ_TOGETHER = 128;

  private static final byte[] GET = ascii("GET");
  private static final byte[] GETSET = ascii("GETSET"); // two that open at once: each sees one
  private static final byte[] HGET = ascii("HGET");
  private static final byte[] HMGET = ascii("HMGET");
  private static final byte[] HSET = ascii("HSET");
  private static final byte[] HDEL = ascii("HDEL");
  private static final byte[] HLEN = ascii("HLEN");
  private static final byte[] ZADD = ascii("ZADD");
  private static final byte[] ZREM = ascii("ZREM");
  private static final byte[] ZCARD = ascii("ZCARD");
  private static final byte[] ZRANGEBYLEX = ascii("ZRANGEBYLEX");
  private static final byte[] LIMIT = ascii("LIMIT");
  private static final byte[] UNLINK = ascii("UNLINK");
  private static final byte[] ZERO = ascii("0");
  private static final byte[] FIRST = ascii("-");
  private static final byte[] LAST = ascii("+");

  private final Connection connection;
  private final RedisKeys keys;
  private final byte[] entries;
  private final byte[] sorted;
  private long count;
  private boolean hasUnsynced;
  private boolean isClosed;

  private RedisDatalet(Connection connection, RedisKeys keys) {
    this.connection = connection;
    this.keys = keys;
    entries = keys.entries();
    sorted = keys.sorted();
  }

  /** Takes the place over from the datalet that had it, and begins with nothing. */
  static RedisDatalet open(Connection connection, RedisKeys keys) {
    connection.ask(GETSET, keys.place(), keys.owner());
    byte[] before = connection.text();
    if (before != null) {
      RedisKeys left = keys.of(before);
      connection.ask(UNLINK, left.entries(), left.sorted());
      logger.info("{}: {} keys that were left in {}", connection, connection.number(), keys);
    }
    return new RedisDatalet(connection, keys);
  }

  // Reading

  @Override
  public @Nullable Entry get(Bytes key) {
    askFor(key);
    return takeEntry(key);
  }

  /** Asks for an entry, and how many there are. */
  private void askFor(Bytes key) {
    connection.ask(HLEN, entries);
    connection.ask(HGET, entries, key.toArray());
  }

  private @Nullable Entry takeEntry(Bytes key) {
    requireAll(connection.number());
    byte[] encoded = connection.text();
    return encoded == null ? null : decoded(key, encoded);
  }

  private Entry decoded(Bytes key, byte[] encoded) {
    try {
      return EntryFormat.decode(encoded);
    } catch (RuntimeException foreign) {
      throw lost("has something else in the place of the entry of " + key);
    }
  }

  @Override
  public void scan(Bytes from, Bytes to, Visitor visitor) {
    scan(from, to, Integer.MAX_VALUE, visitor);
  }

  @Override
  public void scan(Bytes from, Bytes to, int limit, Visitor visitor) {
    if (!to.isEmpty() && from.compareTo(to) >= 0) {
      return;
    }
    byte[] next = from.isEmpty() ? FIRST : bound('[', from);
    byte[] end = to.isEmpty() ? LAST : bound('(', to);
    int left = limit;
    while (left > 0) {
      int wanted = Math.min(READ_TOGETHER, left);
      List<byte @Nullable []> page = page(next, end, wanted);
      if (!show(page, visitor) || page.size() < wanted) {
        return;
      }
      left -= page.size();
      next = bound('(', Bytes.wrap(page.get(page.size() - 1)));
    }
  }

  /** The next keys of a range. */
  private List<byte @Nullable []> page(byte[] from, byte[] to, int wanted) {
    connection.ask(ZCARD, sorted);
    connection.ask(ZRANGEBYLEX, sorted, from, to, LIMIT, ZERO, ascii(Integer.toString(wanted)));
    requireAll(connection.number());
    return connection.texts();
  }

  private static byte[] bound(char kind, Bytes key) {
    byte[] bound = new byte[1 + key.size()];
    bound[0] = (byte) kind;
    key.copyTo(bound, 1);
    return bound;
  }

  private boolean show(List<byte @Nullable []> page, Visitor visitor) {
    if (page.isEmpty()) {
      return false;
    }
    byte[][] command = new byte[2 + page.size()][];
    command[0] = HMGET;
    command[1] = entries;
    for (int i = 0; i < page.size(); i++) {
      command[2 + i] = page.get(i);
    }
    connection.ask(command);
    List<byte @Nullable []> found = connection.texts();
    for (int i = 0; i < page.size(); i++) {
      Bytes key = Bytes.wrap(page.get(i));
      byte[] encoded = found.get(i);
      if (encoded == null) {
        throw lost("has lost the entry of " + key);
      }
      if (!visitor.visit(key, decoded(key, encoded))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public long size() {
    return count;
  }

  @Override
  public OnHeap onHeap() {
    return OnHeap.NOTHING;
  }

  // Writing

  @Override
  public @Nullable Entry put(Bytes key, Entry entry) {
    askFor(key);
    set(key, entry);
    Entry before = takeEntry(key);
    takeSet(before);
    return before;
  }

  @Override
  public @Nullable Entry putIfNewer(Bytes key, Entry entry) {
    Entry before = get(key);
    if (before == null || before.version() < entry.version()) {
      set(key, entry);
      takeSet(before);
    }
    return before;
  }

  private void set(Bytes key, Entry entry) {
    hasUnsynced = true;
    byte[] name = key.toArray();
    connection.ask(HSET, entries, name, EntryFormat.encode(entry));
    connection.ask(ZADD, sorted, ZERO, name);
  }

  private void takeSet(@Nullable Entry before) {
    long added = before == null ? 1 : 0;
    count += added;
    requireChanged(connection.number(), added);
    requireChanged(connection.number(), added);
  }

  @Override
  public @Nullable Entry remove(Bytes key) {
    askFor(key);
    connection.ask(HDEL, entries, key.toArray());
    connection.ask(ZREM, sorted, key.toArray());
    Entry before = takeEntry(key);
    long removed = before == null ? 0 : 1;
    count -= removed;
    hasUnsynced |= before != null;
    requireChanged(connection.number(), removed);
    requireChanged(connection.number(), removed);
    return before;
  }

  @Override
  public void clear() {
    hasUnsynced = true;
    connection.ask(UNLINK, entries, sorted);
    requireChanged(connection.number(), count == 0 ? 0 : 2);
    count = 0;
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
    connection.ask(GET, keys.place());
    connection.ask(HLEN, entries);
    connection.ask(ZCARD, sorted);
    byte[] owner = connection.text();
    long held = connection.number();
    long ordered = connection.number();
    if (owner == null) {
      throw lost("has forgotten who lives");
    }
    if (!Arrays.equals(owner, keys.owner())) {
      throw lost("serves somebody else");
    }
    requireAll(held);
    requireAll(ordered);
  }

  private void requireAll(long held) {
    if (held != count) {
      throw lost("has " + held + " of the " + count + " entries");
    }
  }

  private void requireChanged(long changed, long expected) {
    if (changed != expected) {
      throw lost("has changed " + changed + " entries and not " + expected);
    }
  }

  private LostEntriesException lost(String what) {
    return new LostEntriesException(
        connection
            + " "
            + what
            + " in "
            + keys
            + ": it was flushed or has evicted something, was started again, or serves a second"
            + " store under the same prefix. Let it evict nothing (maxmemory-policy noeviction),"
            + " then restart the node: it is brought up to date by the others");
  }

  /** Leaves nothing behind, as no datalet could ever use it. */
  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try {
      connection.skipAnswers();
      connection.ask(GET, keys.place());
      connection.ask(UNLINK, entries, sorted);
      boolean isOwn = Arrays.equals(connection.text(), keys.owner());
      connection.answer();
      if (isOwn) {
        connection.ask(UNLINK, keys.place());
        connection.answer();
      }
    } catch (RuntimeException gone) {
      logger.debug("{} may keep what was in {}", connection, keys, gone);
    } finally {
      connection.close();
    }
  }
}
