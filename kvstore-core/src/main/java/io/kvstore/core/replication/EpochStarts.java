package io.kvstore.core.replication;

import io.kvstore.core.spi.Ordered;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where in a group's one order each of its last epochs began: by it, one who comes back finds what
 * it has of an order that the group did not go on with.
 *
 * <p>Of that, a request may have been asked for again, and been performed by the group, too. A
 * client has at most one request open. So it is the first request that the group has ordered for
 * that client since, which is noted for each client and epoch; or, where the client has meanwhile
 * talked to members of both, one that is known to have been asked for in a view before.
 */
public final class EpochStarts {
  private record Range(long first, long last) {
    boolean contains(long position) {
      return position >= first && position <= last;
    }
  }

  private record Asked(int client, long sequence) {}

  private static final int LIMIT = 256;

  private final TreeMap<Long, Long> starts = new TreeMap<>();
  private final TreeMap<Long, TreeMap<Integer, Long>> firsts = new TreeMap<>(); // by epoch, client
  private final TreeMap<Long, List<Range>> broughtBack = new TreeMap<>(); // by epoch
  private final TreeMap<Long, List<Asked>> askedAgain = new TreeMap<>(); // by epoch
  private TreeMap<Integer, Long> current = new TreeMap<>(); // the firsts of the last epoch
  private long orderedAfter = Long.MAX_VALUE; // what follows was ordered in the last epoch
  private boolean[] isNoted = {}; // by client, whether it is in there

  /** None yet. */
  public EpochStarts() {}

  /** Notes that an epoch begins after this position. */
  public void begin(long epoch, long after) {
    starts.put(epoch, after);
    if (starts.size() > LIMIT) {
      long forgotten = starts.pollFirstEntry().getKey();
      firsts.headMap(forgotten, true).clear();
      broughtBack.headMap(forgotten, true).clear();
      askedAgain.headMap(forgotten, true).clear();
    }
    current = new TreeMap<>();
    firsts.put(epoch, current);
    isNoted = new boolean[0];
  }

  /** After which position each epoch began. */
  SortedMap<Long, Long> positions() {
    return new TreeMap<>(starts);
  }

  /** Operations of the epoch that was begun last are those after this position. */
  public void orderAfter(long position) {
    orderedAfter = position;
  }

  /** Notes an operation, in the order of positions, if it was ordered in the last epoch. */
  public void note(Ordered ordered) {
    int client = ordered.client();
    boolean isKnown = client >= 0 && client < isNoted.length && isNoted[client];
    if (!isKnown && client != Ordered.NO_CLIENT && ordered.position() > orderedAfter) {
      if (client >= isNoted.length) {
        isNoted = Arrays.copyOf(isNoted, Math.max(client + 1, isNoted.length * 2));
      }
      isNoted[client] = true;
      current.putIfAbsent(client, ordered.sequence());
    }
    if (ordered.isAskedAgain() && ordered.position() > orderedAfter && !starts.isEmpty()) {
      Asked asked = new Asked(client, ordered.sequence());
      List<Asked> all = askedAgain.getOrDefault(starts.lastKey(), List.of());
      if (!all.contains(asked)) {
        askedAgain.put(starts.lastKey(), with(all, asked));
      }
    }
  }

  private static <E> List<E> with(List<E> some, E more) {
    List<E> all = new ArrayList<>(some);
    all.add(more);
    return List.copyOf(all);
  }

  /**
   * Whether an operation that was ordered in an epoch, and not gone on with, is not performed by
   * the group yet: neither asked for again since, nor brought back before.
   */
  boolean lacks(long epoch, Ordered ordered) {
    List<Range> done = broughtBack.getOrDefault(epoch, List.of());
    if (done.stream().anyMatch(range -> range.contains(ordered.position()))) {
      return false;
    }
    Asked asked = new Asked(ordered.client(), ordered.sequence());
    if (askedAgain.tailMap(epoch, false).values().stream().anyMatch(all -> all.contains(asked))) {
      return false;
    }
    for (TreeMap<Integer, Long> since : firsts.tailMap(epoch, false).values()) {
      Long first = since.get(ordered.client());
      if (first != null) {
        return first != ordered.sequence();
      }
    }
    return true;
  }

  /** What was ordered in an epoch at these positions, and not gone on with, is brought back. */
  void broughtBack(long epoch, long first, long last) {
    List<Range> before = broughtBack.getOrDefault(epoch, List.of());
    broughtBack.put(epoch, with(before, new Range(first, last)));
  }

  /** Takes another member's over, instead of these. */
  public void adopt(EpochStarts other) {
    if (other != this) {
      starts.clear();
      starts.putAll(other.starts);
      firsts.clear();
      firsts.putAll(other.firsts);
      broughtBack.clear();
      broughtBack.putAll(other.broughtBack);
      askedAgain.clear();
      askedAgain.putAll(other.askedAgain);
      current = new TreeMap<>(other.current);
      if (!firsts.isEmpty()) {
        firsts.put(firsts.lastKey(), current); // the others do not change any more
      }
      orderedAfter = other.orderedAfter;
      isNoted = new boolean[0];
    }
  }

  /** The same, from now on independent. */
  public EpochStarts copy() {
    EpochStarts copy = new EpochStarts();
    copy.adopt(this);
    return copy;
  }

  /**
   * The last position that an epoch shares with those that came after it; nothing if that is no
   * longer known.
   */
  public OptionalLong endOf(long epoch) {
    Map.Entry<Long, Long> next = starts.higherEntry(epoch);
    return starts.containsKey(epoch) && next != null
        ? OptionalLong.of(next.getValue())
        : OptionalLong.empty();
  }

  @Override
  public String toString() {
    return starts.toString();
  }
}
