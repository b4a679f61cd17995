package io.kvstore.spring;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.Scan;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Written;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.IndexResolver;
import org.springframework.session.MapSession;
import org.springframework.session.SaveMode;
import org.springframework.session.Session;
import org.springframework.session.SessionIdGenerator;

/**
 * Sessions in a store, each an entry that lives as long as the session may be inactive.
 *
 * <p>A session is written on the condition that it still is what the request has read. If it is
 * not, another request has changed it meanwhile, and what this one has changed is applied to that:
 * of two that change different attributes at once both count, and of one attribute the last. A
 * session that was deleted meanwhile stays so.
 *
 * <p>For each index there is an entry of its own, written before the session and with the same
 * lifetime: {@code index/DIGEST/ID}. What is found by it counts only if the session itself still
 * has the value. So an entry too many does no harm.
 */
final class StoreSessionRepository implements FindByIndexNameSessionRepository<StoreSession> {
  /** What the longest id of a session has: what is longer, as in a forged cookie, is none. */
  static final int MOST_ID_BYTES = 200;

  private static final int MOST_TRIES = 1_000;
  private static final String SESSIONS = "session/";
  private static final String INDEX = "index/";

  private final KVStore<String, String> store;
  private final SerializedValues values;
  private final IndexResolver<Session> resolver;
  private final SessionIdGenerator ids;
  private final Settings settings;

  /** How long sessions may be inactive, unless they say otherwise, and what of them is saved. */
  record Settings(Duration maxInactive, SaveMode saveMode) {}

  StoreSessionRepository(
      KVStore<String, String> store,
      SerializedValues values,
      IndexResolver<Session> resolver,
      SessionIdGenerator ids,
      Settings settings) {
    this.store = store;
    this.values = values;
    this.resolver = resolver;
    this.ids = ids;
    this.settings = settings;
  }

  @Override
  public StoreSession createSession() {
    MapSession created = new MapSession(ids);
    created.setMaxInactiveInterval(settings.maxInactive());
    return new StoreSession(created, settings.saveMode());
  }

  // Reading

  @Override
  public @Nullable StoreSession findById(String id) {
    return found(id).orElse(null);
  }

  private Optional<StoreSession> found(String id) {
    if (!isId(id)) {
      return Optional.empty();
    }
    Optional<StoreSession> found =
        store.getVersioned(keyOf(id)).map(value -> session(storedAs(id, value)));
    if (found.isPresent() && found.get().isExpired()) {
      deleteById(id);
      return Optional.empty();
    }
    return found;
  }

  private StoreSession session(StoreSession.Stored stored) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    stored
        .entry()
        .attributes()
        .forEach(
            (name, bytes) ->
                values
                    .decode(StoreSession.attributeName(name), bytes)
                    .ifPresent(value -> attributes.put(name, value)));
    StoreSession session = new StoreSession(stored, attributes, settings.saveMode());
    session.isIndexedBy(resolver.resolveIndexesFor(session));
    return session;
  }

  @Override
  public Map<String, StoreSession> findByIndexNameAndIndexValue(String name, String value) {
    String prefix = indexPrefix(name, value);
    Map<String, StoreSession> sessions = new LinkedHashMap<>();
    try (Stream<String> listed =
        store.stream(Scan.prefix(prefix)).map(item -> item.key().substring(prefix.length()))) {
      listed.forEach(
          id ->
              found(id)
                  .filter(session -> value.equals(session.indexes().get(name)))
                  .ifPresent(session -> sessions.put(id, session)));
    }
    return sessions;
  }

  // Writing

  @Override
  public void save(StoreSession session) {
    if (!session.isChanged()) {
      return;
    }
    if (!isId(session.getId())) {
      throw new IllegalArgumentException(
          "the id of a session has 1 to "
              + MOST_ID_BYTES
              + " bytes, not "
              + Bytes.of(session.getId()).size()
              + ": use another SessionIdGenerator");
    }
    Map<String, String> indexes = resolver.resolveIndexesFor(session);
    SessionChanges changes = session.changes(values);
    Optional<StoreSession.Stored> stored = session.stored();
    SessionEntry next =
        changes.appliedTo(stored.map(StoreSession.Stored::entry).orElseGet(session::blank));
    if (isOver(next)) {
      deleteById(stored.map(StoreSession.Stored::id).orElse(session.getId()));
      return;
    }
    putIndexes(indexes, session.getId(), next);
    boolean isMoved = stored.isPresent() && !stored.get().id().equals(session.getId());
    session.isStored(
        isMoved
            ? moved(session.getId(), stored.get(), changes)
            : written(session.getId(), stored, changes, next));
    SessionEntry now = session.stored().orElseThrow().entry();
    if (!now.lifetime().equals(next.lifetime())) { // another request has changed that meanwhile
      putIndexes(indexes, session.getId(), now);
    }
    String before = stored.map(StoreSession.Stored::id).orElse(session.getId());
    session
        .indexes()
        .forEach(
            (name, value) -> {
              if (isMoved || !value.equals(indexes.get(name))) {
                store.remove(indexKey(name, value, before));
              }
            });
    session.isIndexedBy(indexes);
  }

  private void putIndexes(Map<String, String> indexes, String id, SessionEntry livesAs) {
    indexes.forEach((name, value) -> put(indexKey(name, value, id), "", livesAs));
  }

  private static boolean isOver(SessionEntry entry) {
    return entry.lifetime().filter(Duration::isZero).isPresent();
  }

  private StoreSession.Stored written(
      String id, Optional<StoreSession.Stored> known, SessionChanges changes, SessionEntry first) {
    SessionEntry next = first;
    Update<String, String> update = update(keyOf(id), next.encode(), next);
    update = known.isPresent() ? update.ifVersion(known.get().version()) : update.ifAbsent();
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      Written<String> written = store.update(update);
      if (written.applied()) {
        return new StoreSession.Stored(id, written.after().orElseThrow().version(), next);
      }
      // Of a new session it is its own entry, if the outcome of saving it was not known before.
      StoreSession.Stored now =
          storedAs(id, written.before().orElseThrow(StoreSessionRepository::invalidated));
      next = changes.appliedTo(now.entry());
      update = update(keyOf(id), next.encode(), next).ifVersion(now.version());
    }
    throw tooBusy();
  }

  /**
   * Under another id. The new entry is there before the old one goes, which takes nothing along
   * that another request has written meanwhile; if this ends in between, the old one is as it was,
   * and no client knows the new id.
   */
  private StoreSession.Stored moved(String id, StoreSession.Stored known, SessionChanges changes) {
    StoreSession.Stored old = known;
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      SessionEntry next = changes.appliedTo(old.entry());
      Written<String> copied = put(keyOf(id), next.encode(), next);
      Written<String> gone =
          store.update(Update.<String, String>remove(keyOf(old.id())).ifVersion(old.version()));
      if (gone.applied()) {
        return new StoreSession.Stored(id, copied.after().orElseThrow().version(), next);
      }
      if (gone.before().isEmpty()) {
        store.remove(keyOf(id));
        throw invalidated();
      }
      old = storedAs(old.id(), gone.before().get());
    }
    throw tooBusy();
  }

  @Override
  public void deleteById(String id) {
    if (isId(id)) {
      store
          .getAndRemove(keyOf(id))
          .ifPresent(
              text -> {
                StoreSession gone =
                    session(new StoreSession.Stored(id, 0, SessionEntry.decode(text)));
                gone.indexes().forEach((name, value) -> store.remove(indexKey(name, value, id)));
              });
    }
  }

  private Written<String> put(String key, String value, SessionEntry livesAs) {
    return store.update(update(key, value, livesAs));
  }

  private static Update<String, String> update(String key, String value, SessionEntry livesAs) {
    Update<String, String> put = Update.put(key, value);
    return livesAs.lifetime().map(put::lifetime).orElse(put);
  }

  private static IllegalStateException invalidated() {
    return new IllegalStateException(
        "the session was invalidated, or has expired, while a request used it");
  }

  private static IllegalStateException tooBusy() {
    return new IllegalStateException(
        "a session could not be saved: it has changed before each of " + MOST_TRIES + " tries");
  }

  // Keys

  private static StoreSession.Stored storedAs(String id, Versioned<String> value) {
    return new StoreSession.Stored(id, value.version(), SessionEntry.decode(value.value()));
  }

  private static boolean isId(String id) {
    return !id.isEmpty() && Bytes.of(id).size() <= MOST_ID_BYTES;
  }

  private static String keyOf(String id) {
    return SESSIONS + id;
  }

  private static String indexKey(String name, String value, String id) {
    return indexPrefix(name, value) + id;
  }

  /** Values of any length have keys of one length. */
  private static String indexPrefix(String name, String value) {
    return INDEX + Digests.of(name.length() + "/" + name + value) + "/";
  }
}
