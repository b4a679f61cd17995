package io.kvstore.spring;

import io.kvstore.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a request has changed of its session, which is less than what it has seen of it: so changes
 * of other requests to other attributes stay.
 *
 * @param lastAccessed when it used the session
 * @param maxInactive how long the session may be inactive from now on, if that has changed
 * @param attributes attributes that have changed, by name; empty those that were removed
 */
record SessionChanges(
    Instant lastAccessed, Optional<Duration> maxInactive, Map<String, Optional<Bytes>> attributes) {

  /** The entry with these changes. */
  SessionEntry appliedTo(SessionEntry entry) {
    Map<String, Bytes> all = new LinkedHashMap<>(entry.attributes());
    attributes.forEach(
        (name, value) -> {
          all.remove(name);
          value.ifPresent(bytes -> all.put(name, bytes));
        });
    boolean isLater = lastAccessed.isAfter(entry.lastAccessed());
    return new SessionEntry(
        entry.created(),
        isLater ? lastAccessed : entry.lastAccessed(),
        maxInactive.orElse(entry.maxInactive()),
        all);
  }
}
