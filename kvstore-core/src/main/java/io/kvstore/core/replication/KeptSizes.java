package io.kvstore.core.replication;

import java.util.Map;
import java.util.TreeMap;

/** How many things a member keeps for others or for later, by what they are. */
public final class KeptSizes {
  private final Map<String, Integer> sizes = new TreeMap<>();

  /** Nothing is named yet. */
  public KeptSizes() {}

  /** The same with so many of something. */
  public KeptSizes with(String what, int size) {
    sizes.put(what, size);
    return this;
  }

  /** All that were named. */
  public Map<String, Integer> all() {
    return sizes;
  }
}
