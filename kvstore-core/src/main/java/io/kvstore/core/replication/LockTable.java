package io.kvstore.core.replication;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.replication.LockService.Lock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The locks of a shard, and the claims that wait for them.
 *
 * <p>All keys of one operation are claimed in one step. A claim waits for every earlier one that it
 * conflicts with, and for no later one: so claims never wait for each other in a circle, and each
 * is granted in the end.
 */
public final class LockTable {
  /** A member's claim to the locks of one operation: it waits, or is granted. */
  public static final class Claim {
    private final NodeId member;
    private final Lock lock;
    private final Set<Claim> waiting = new LinkedHashSet<>(); // for this one, the earliest first
    private int blockers; // earlier ones that this one waits for
    private long token; // once it is granted, to write

    Claim(NodeId member, Lock lock) {
      this.member = member;
      this.lock = lock;
    }

    /** Whose it is. */
    public NodeId member() {
      return member;
    }

    /** What it has asked for. */
    public Lock lock() {
      return lock;
    }

    private LockSet set() {
      return lock.set();
    }

    /** Whether its member has the locks. */
    public boolean isGranted() {
      return blockers == 0;
    }

    /** The token with which its member writes; 0 as long as it has none. */
    public long token() {
      return token;
    }

    void setToken(long granted) {
      token = granted;
    }

    /** Whether later ones wait for it. */
    public boolean isWaitedFor() {
      return !waiting.isEmpty();
    }

    private boolean conflictsWith(Claim other) {
      return set().isExclusive() || other.set().isExclusive();
    }
  }

  private record Id(NodeId member, long number) {}

  private final Map<Id, Claim> all = new LinkedHashMap<>(); // the earliest first
  private final Map<Bytes, Set<Claim>> byKey = new TreeMap<>();
  private final Set<Claim> ofWhole = new LinkedHashSet<>();

  /** No locks are held. */
  public LockTable() {}

  /** How many claims there are, with those that are granted. */
  public int size() {
    return all.size();
  }

  /** A member's claim, null if there is none of this number. */
  public @Nullable Claim find(NodeId member, long number) {
    return all.get(new Id(member, number));
  }

  /** Adds a claim, which is granted at once if it conflicts with none. */
  public Claim add(NodeId member, Lock lock) {
    Claim claim = new Claim(member, lock);
    LockSet set = lock.set();
    for (Claim earlier : touching(set)) {
      if (claim.conflictsWith(earlier)) {
        earlier.waiting.add(claim);
        claim.blockers++;
      }
    }
    all.put(new Id(member, lock.number()), claim);
    set.keys().forEach(key -> byKey.computeIfAbsent(key, any -> new LinkedHashSet<>()).add(claim));
    if (set.isWhole()) {
      ofWhole.add(claim);
    }
    return claim;
  }

  private Set<Claim> touching(LockSet set) {
    Set<Claim> found = new LinkedHashSet<>();
    if (set.isWhole()) {
      found.addAll(all.values());
      found.removeIf(each -> each.set().isEmpty());
    } else if (!set.isEmpty()) {
      found.addAll(ofWhole);
      for (Bytes key : set.keys()) {
        Set<Claim> ofKey = byKey.get(key);
        if (ofKey != null) {
          found.addAll(ofKey);
        }
      }
    }
    return found;
  }

  /** Those that have read locks which a claim waits for. */
  public List<Claim> readersBefore(Claim claim) {
    List<Claim> readers = new ArrayList<>();
    for (Claim each : touching(claim.set())) {
      if (!each.set().isExclusive() && each.isGranted() && each.waiting.contains(claim)) {
        readers.add(each);
      }
    }
    return readers;
  }

  /** Takes a claim out; returns those that are granted by it. */
  public List<Claim> remove(Claim claim) {
    if (!all.remove(new Id(claim.member, claim.lock.number()), claim)) {
      return List.of();
    }
    ofWhole.remove(claim);
    for (Bytes key : claim.set().keys()) {
      byKey.computeIfPresent(
          key,
          (any, claims) -> {
            claims.remove(claim);
            return claims.isEmpty() ? null : claims;
          });
    }
    List<Claim> granted = new ArrayList<>();
    for (Claim each : claim.waiting) {
      each.blockers--;
      if (each.isGranted() && find(each.member, each.lock.number()) == each) {
        granted.add(each);
      }
    }
    claim.waiting.clear();
    return granted;
  }

  /** Frees all locks, and forgets all claims. */
  public void clear() {
    all.clear();
    byKey.clear();
    ofWhole.clear();
  }
}
