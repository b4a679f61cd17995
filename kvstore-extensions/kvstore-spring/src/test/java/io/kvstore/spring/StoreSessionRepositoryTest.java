package io.kvstore.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.session.FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.Scan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.session.PrincipalNameIndexResolver;
import org.springframework.session.SaveMode;
import org.springframework.session.UuidSessionIdGenerator;

@Timeout(60)
class StoreSessionRepositoryTest {
  private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

  private final KVStore<String, String> store = KVStore.builder().shards(2).open();
  private final StoreSessionRepository sessions = repository(SaveMode.ON_SET_ATTRIBUTE);

  private StoreSessionRepository repository(SaveMode mode) {
    return new StoreSessionRepository(
        store,
        new SerializedValues(getClass().getClassLoader()),
        new PrincipalNameIndexResolver<>(),
        UuidSessionIdGenerator.getInstance(),
        new StoreSessionRepository.Settings(HALF_AN_HOUR, mode));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private StoreSession saved(String name, Object value) {
    StoreSession session = sessions.createSession();
    session.setAttribute(name, value);
    sessions.save(session);
    return session;
  }

  private StoreSession load(StoreSession session) {
    StoreSession loaded = sessions.findById(session.getId());
    assertThat(loaded).isNotNull();
    return loaded;
  }

  @Test
  void whatIsSavedIsFound() {
    StoreSession session = saved("cart", new ArrayList<>(List.of("book")));
    session.setMaxInactiveInterval(Duration.ofMinutes(5));
    sessions.save(session);
    StoreSession found = load(session);
    assertThat(found.<List<String>>getAttribute("cart")).containsExactly("book");
    assertThat(found.getAttributeNames()).containsExactly("cart");
    assertThat(found.getMaxInactiveInterval()).isEqualTo(Duration.ofMinutes(5));
    assertThat(found.getCreationTime().toEpochMilli())
        .isEqualTo(session.getCreationTime().toEpochMilli());
    sessions.deleteById(session.getId());
    assertThat(sessions.findById(session.getId())).isNull();
    assertThat(store.size()).isZero();
  }

  @Test
  void ofRequestsThatChangeDifferentAttributesAtOnceAllCount() {
    StoreSession session = saved("a", "0");
    StoreSession first = load(session);
    StoreSession second = load(session);
    first.setAttribute("b", "1");
    first.removeAttribute("a");
    second.setAttribute("c", "2");
    sessions.save(first);
    sessions.save(second);
    StoreSession both = load(session);
    assertThat(both.getAttributeNames()).containsExactlyInAnyOrder("b", "c");
    second.setAttribute("c", "3"); // which is saved over what it has just written
    sessions.save(second);
    assertThat(load(session).<String>getAttribute("c")).isEqualTo("3");
  }

  @Test
  void noChangeOfManyThreadsIsLost() throws Exception {
    StoreSession session = saved("a", "0");
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String name = "thread-" + i;
      tasks.add(
          new FutureTask<>(
              () -> {
                for (int j = 0; j < 50; j++) {
                  StoreSession mine = load(session);
                  mine.setAttribute(name + "-" + j, j);
                  sessions.save(mine);
                }
                return null;
              }));
    }
    tasks.forEach(each -> new Thread(each).start());
    for (FutureTask<Void> each : tasks) {
      each.get();
    }
    assertThat(load(session).getAttributeNames()).hasSize(1 + 4 * 50);
  }

  @Test
  void aSessionThatWasDeletedStaysSo() {
    StoreSession session = saved("a", "0");
    StoreSession late = load(session);
    sessions.deleteById(session.getId());
    late.setAttribute("b", "1");
    assertThatThrownBy(() -> sessions.save(late))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was invalidated");
    late.changeSessionId();
    assertThatThrownBy(() -> sessions.save(late)).hasMessageContaining("was invalidated");
    assertThat(store.size()).isZero();
  }

  @Test
  void aSessionLivesAsLongAsItMayBeInactive() {
    StoreSession session = saved("a", "0");
    Instant first = expiryOf(session);
    assertThat(Duration.between(Instant.now(), first))
        .isBetween(HALF_AN_HOUR.minusMinutes(1), HALF_AN_HOUR);
    StoreSession used = load(session);
    used.setLastAccessedTime(Instant.now());
    sessions.save(used);
    assertThat(expiryOf(session)).isAfter(first);

    used.setAttribute(PRINCIPAL_NAME_INDEX_NAME, "ana");
    used.setMaxInactiveInterval(Duration.ofMillis(20));
    sessions.save(used);
    awaitNone(session);

    StoreSession eternal = saved("a", "0");
    eternal.setMaxInactiveInterval(Duration.ofSeconds(-1));
    sessions.save(eternal);
    assertThat(store.getVersioned("session/" + eternal.getId()).orElseThrow().expiresAt())
        .isEmpty();
    eternal.setMaxInactiveInterval(Duration.ZERO);
    sessions.save(eternal);
    assertThat(sessions.findById(eternal.getId())).isNull();
  }

  private Instant expiryOf(StoreSession session) {
    return store.getVersioned("session/" + session.getId()).orElseThrow().expiresAt().orElseThrow();
  }

  private void awaitNone(StoreSession session) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (sessions.findById(session.getId()) != null || store.size() > 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    assertThat(sessions.findByPrincipalName("ana")).isEmpty();
  }

  @Test
  void anOldAccessDoesNotHideALaterOne() {
    StoreSession session = saved("a", "0");
    StoreSession slow = load(session);
    StoreSession quick = load(session);
    Instant now = Instant.now();
    quick.setLastAccessedTime(now.plusSeconds(2));
    sessions.save(quick);
    slow.setLastAccessedTime(now.plusSeconds(1));
    sessions.save(slow);
    assertThat(load(session).getLastAccessedTime().toEpochMilli())
        .isEqualTo(now.plusSeconds(2).toEpochMilli());
  }

  @Test
  void anotherIdHasWhatTheOldOneHad() {
    StoreSession session = saved(PRINCIPAL_NAME_INDEX_NAME, "ana");
    String old = session.getId();
    StoreSession moving = load(session);
    StoreSession meanwhile = load(session);
    String id = moving.changeSessionId();
    moving.setAttribute("b", "1");
    meanwhile.setAttribute("c", "2");
    sessions.save(meanwhile);
    sessions.save(moving);
    assertThat(sessions.findById(old)).isNull();
    assertThat(sessions.findById(id).getAttributeNames())
        .containsExactlyInAnyOrder(PRINCIPAL_NAME_INDEX_NAME, "b", "c");
    assertThat(sessions.findByPrincipalName("ana")).containsOnlyKeys(id);
    assertThat(store.size()).isEqualTo(2);
    moving.setAttribute("b", "2");
    sessions.save(moving);
    assertThat(sessions.findById(id).<String>getAttribute("b")).isEqualTo("2");
  }

  @Test
  void sessionsAreFoundByWhoseTheyAre() {
    StoreSession first = saved(PRINCIPAL_NAME_INDEX_NAME, "ana");
    StoreSession second = saved(PRINCIPAL_NAME_INDEX_NAME, "ana");
    StoreSession other = saved(PRINCIPAL_NAME_INDEX_NAME, "ben");
    assertThat(sessions.findByPrincipalName("ana")).containsOnlyKeys(first.getId(), second.getId());
    second.setAttribute(PRINCIPAL_NAME_INDEX_NAME, "ben");
    sessions.save(second);
    assertThat(sessions.findByPrincipalName("ana")).containsOnlyKeys(first.getId());
    assertThat(sessions.findByPrincipalName("ben")).containsOnlyKeys(second.getId(), other.getId());
    sessions.deleteById(other.getId());
    second.removeAttribute(PRINCIPAL_NAME_INDEX_NAME);
    sessions.save(second);
    assertThat(sessions.findByPrincipalName("ben")).isEmpty();
    assertThat(sessions.findByPrincipalName("nobody")).isEmpty();
    assertThat(sessions.findByIndexNameAndIndexValue("another index", "ana")).isEmpty();
    assertThat(store.size()).as("two sessions, and one of an index").isEqualTo(3);
  }

  @Test
  void anIndexThatIsLeftOverFindsNothing() {
    StoreSession session = saved(PRINCIPAL_NAME_INDEX_NAME, "ana");
    String index =
        store.snapshot().stream()
            .map(item -> item.key())
            .filter(key -> key.startsWith("index/"))
            .findFirst()
            .orElseThrow();
    session.setAttribute(PRINCIPAL_NAME_INDEX_NAME, "ben");
    sessions.save(session);
    store.put(index, "");
    assertThat(sessions.findByPrincipalName("ana")).isEmpty();
    assertThat(sessions.findByPrincipalName("ben")).hasSize(1);
  }

  @Test
  void whatIsChangedInPlaceIsSavedIfAskedFor() {
    StoreSession session = saved("cart", new ArrayList<>(List.of("book")));
    for (SaveMode mode : SaveMode.values()) {
      StoreSession loaded = repository(mode).findById(session.getId());
      loaded.<List<String>>getAttribute("cart").add(mode.name());
      loaded.setLastAccessedTime(Instant.now());
      repository(mode).save(loaded);
    }
    assertThat(load(session).<List<String>>getAttribute("cart"))
        .containsExactly("book", "ON_GET_ATTRIBUTE", "ALWAYS");
  }

  @Test
  void anAttributeThatCannotBeReadIsMissingHereAndStaysForOthers() {
    StoreSession session = saved("a", "0");
    String key = "session/" + session.getId();
    SessionEntry entry = SessionEntry.decode(store.get(key).orElseThrow());
    Bytes unreadable = Bytes.of("o, which is no object");
    store.put(
        key,
        new SessionEntry(
                entry.created(),
                entry.lastAccessed(),
                entry.maxInactive(),
                Map.of("newer", unreadable))
            .encode());
    StoreSession loaded = load(session);
    assertThat(loaded.getAttributeNames()).isEmpty();
    loaded.setAttribute("b", "1");
    sessions.save(loaded);
    assertThat(SessionEntry.decode(store.get(key).orElseThrow()).attributes())
        .containsEntry("newer", unreadable)
        .containsKey("b");
  }

  /** As after an update of the application: a class is there, and one that it needs is not. */
  @Test
  void anAttributeWhoseClassCannotBeLinkedIsMissing() {
    Bytes stored = new SerializedValues(null).encode("a value", new ArrayList<>(List.of("book")));
    ClassLoader broken =
        new ClassLoader(null) {
          @Override
          public Class<?> loadClass(String name) {
            throw new NoClassDefFoundError(name);
          }
        };
    assertThat(new SerializedValues(broken).decode("a value", stored)).isEmpty();
  }

  @Test
  void anIndexLivesAsLongAsItsSessionAlsoWhenAnotherRequestHasChangedThat() {
    StoreSession session = saved(PRINCIPAL_NAME_INDEX_NAME, "ana");
    StoreSession one = load(session);
    StoreSession other = load(session);
    one.setMaxInactiveInterval(Duration.ofDays(1));
    sessions.save(one);
    other.setLastAccessedTime(Instant.now());
    sessions.save(other);
    Instant evening = Instant.now().plus(Duration.ofHours(12));
    assertThat(expiryOf(session)).isAfter(evening);
    String index =
        store.stream(Scan.prefix("index/")).map(item -> item.key()).findFirst().orElseThrow();
    assertThat(store.getVersioned(index).orElseThrow().expiresAt().orElseThrow()).isAfter(evening);
  }

  @Test
  void whatCannotBeSavedIsToldAndChangesNothing() {
    StoreSession session = saved("a", "0");
    session.setAttribute("b", new Object());
    assertThatThrownBy(() -> sessions.save(session))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the attribute 'b' of a session must be a text or Serializable");
    assertThat(load(session).getAttributeNames()).containsExactly("a");
  }

  @Test
  void aForgedIdIsNone() {
    for (String forged : new String[] {"", "x".repeat(100_000), "../a", "\u0000"}) {
      assertThat(sessions.findById(forged)).isNull();
      sessions.deleteById(forged);
    }
  }

  @Test
  void anEntryThatIsNoSessionIsTold() {
    store.put("session/x", "hello");
    assertThatThrownBy(() -> sessions.findById("x")).hasMessageContaining("no session");
    store.put("session/x", "AgAA");
    assertThatThrownBy(() -> sessions.findById("x")).hasMessageContaining("the format 2");
  }
}
