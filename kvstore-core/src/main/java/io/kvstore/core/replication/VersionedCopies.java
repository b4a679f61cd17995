package io.kvstore.core.replication;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What members have answered that they hold of some keys: the newest of each key, and who holds
 * older ones (DeCandia and others 2007, section 5).
 */
public final class VersionedCopies {
  private final Map<NodeId, Map<Bytes, Entry>> copies = new TreeMap<>();
  private final Map<Bytes, Entry> newest = new LinkedHashMap<>();

  /** No member has answered yet. */
  public VersionedCopies() {}

  /** A member holds these. What it says after its first answer does not count. */
  public void add(NodeId member, List<Pair> held) {
    if (has(member)) {
      return;
    }
    Map<Bytes, Entry> its = new LinkedHashMap<>();
    for (Pair pair : held) {
      its.put(pair.key(), pair.entry());
      newest.merge(
          pair.key(), pair.entry(), (one, two) -> one.version() >= two.version() ? one : two);
    }
    copies.put(member, its);
  }

  /** Whether a member has answered. */
  public boolean has(NodeId member) {
    return copies.containsKey(member);
  }

  /** How many have answered. */
  public int size() {
    return copies.size();
  }

  /**
   * What is newer than what a member holds that has answered. A removal is of no use to one that
   * holds nothing: it would have to forget that again.
   */
  public List<Pair> newerThanAt(NodeId member) {
    Map<Bytes, Entry> its = copies.getOrDefault(member, new LinkedHashMap<>());
    List<Pair> newer = new ArrayList<>();
    newest.forEach(
        (key, entry) -> {
          Entry held = its.get(key);
          if (held == null ? !entry.isTombstone() : held.version() < entry.version()) {
            newer.add(new Pair(key, entry));
          }
        });
    return newer;
  }

  /** A member was sent all that is newer than what it held. */
  public void repaired(NodeId member) {
    copies.put(member, new LinkedHashMap<>(newest));
  }

  @Override
  public String toString() {
    return "held by " + copies;
  }
}
