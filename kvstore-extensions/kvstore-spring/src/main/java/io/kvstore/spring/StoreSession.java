package io.kvstore.spring;

import io.kvstore.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.session.MapSession;
import org.springframework.session.SaveMode;
import org.springframework.session.Session;

/** A session as one request has it: what it has read, and what it has changed since. */
final class StoreSession implements Session {
  private final MapSession seen;
  private final SaveMode saveMode;
  private final Map<String, Optional<Object>> changed = new LinkedHashMap<>();
  private Map<String, String> indexes = Map.of(); // as stored
  private @Nullable Stored stored; // null when it is new
  private boolean isAccessed;
  private boolean isLimitChanged;

  /**
   * Where the session stands in the store.
   *
   * @param id its id there, which is not that of the session once that was changed
   * @param version the version of the entry that was read or written last
   */
  record Stored(String id, long version, SessionEntry entry) {}

  /** One that is in no store yet. */
  StoreSession(MapSession created, SaveMode saveMode) {
    this.seen = created;
    this.saveMode = saveMode;
  }

  /** One that was read, with those of its attributes that can be. */
  StoreSession(Stored stored, Map<String, Object> attributes, SaveMode saveMode) {
    this.stored = stored;
    this.saveMode = saveMode;
    seen = new MapSession(stored.id());
    seen.setCreationTime(stored.entry().created());
    seen.setLastAccessedTime(stored.entry().lastAccessed());
    seen.setMaxInactiveInterval(stored.entry().maxInactive());
    attributes.forEach(seen::setAttribute);
    if (saveMode == SaveMode.ALWAYS) {
      attributes.forEach((name, value) -> changed.put(name, Optional.of(value)));
    }
  }

  // What the repository asks

  Optional<Stored> stored() {
    return Optional.ofNullable(stored);
  }

  Map<String, String> indexes() {
    return indexes;
  }

  boolean isChanged() {
    return stored == null
        || isAccessed
        || isLimitChanged
        || !changed.isEmpty()
        || !stored.id().equals(getId());
  }

  SessionChanges changes(SerializedValues values) {
    Map<String, Optional<Bytes>> attributes = new LinkedHashMap<>();
    changed.forEach(
        (name, value) ->
            attributes.put(
                name, value.map(present -> values.encode(attributeName(name), present))));
    return new SessionChanges(
        seen.getLastAccessedTime(),
        isLimitChanged ? Optional.of(seen.getMaxInactiveInterval()) : Optional.empty(),
        attributes);
  }

  /** What a new session begins with. */
  SessionEntry blank() {
    return new SessionEntry(
        seen.getCreationTime(),
        seen.getLastAccessedTime(),
        seen.getMaxInactiveInterval(),
        Map.of());
  }

  void isStored(Stored now) {
    stored = now;
    changed.clear();
    isAccessed = false;
    isLimitChanged = false;
  }

  void isIndexedBy(Map<String, String> now) {
    indexes = Map.copyOf(now);
  }

  /** What an attribute is called in messages. */
  static String attributeName(String name) {
    return "the attribute '" + name + "' of a session";
  }

  // What Spring Session asks

  @Override
  public String getId() {
    return seen.getId();
  }

  @Override
  public String changeSessionId() {
    return seen.changeSessionId();
  }

  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals") // as Spring Session has it
  public <T> @Nullable T getAttribute(String name) {
    T value = seen.getAttribute(name);
    if (value != null && saveMode == SaveMode.ON_GET_ATTRIBUTE) {
      changed.put(name, Optional.of(value));
    }
    return value;
  }

  @Override
  public Set<String> getAttributeNames() {
    return seen.getAttributeNames();
  }

  @Override
  public void setAttribute(String name, @Nullable Object value) {
    seen.setAttribute(name, value);
    changed.put(name, Optional.ofNullable(value));
  }

  @Override
  public void removeAttribute(String name) {
    setAttribute(name, null);
  }

  @Override
  public Instant getCreationTime() {
    return seen.getCreationTime();
  }

  @Override
  public void setLastAccessedTime(Instant time) {
    seen.setLastAccessedTime(time);
    isAccessed = true;
  }

  @Override
  public Instant getLastAccessedTime() {
    return seen.getLastAccessedTime();
  }

  @Override
  public void setMaxInactiveInterval(Duration time) {
    seen.setMaxInactiveInterval(time);
    isLimitChanged = true;
  }

  @Override
  public Duration getMaxInactiveInterval() {
    return seen.getMaxInactiveInterval();
  }

  @Override
  public boolean isExpired() {
    return seen.isExpired();
  }

  @Override
  public String toString() {
    return "a session with the attributes " + getAttributeNames(); // its id is a secret
  }
}
