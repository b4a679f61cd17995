package io.kvstore.core.simulation;

import io.kvstore.Consistency;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a client asks for.
 *
 * @param key the key; empty for a scan and a batch, which have several
 * @param argument the value to put or append, or the number to add
 * @param expected what must be there, for a conditional put
 * @param level the level of a read that is weaker than its store
 * @param lifetime how long what is put lives
 * @param isBlind whether the answer does not tell what was there before
 * @param parts the writes of a batch
 */
record Action(
    Kind kind,
    String key,
    String argument,
    Optional<Seen> expected,
    Optional<Consistency> level,
    Optional<Duration> lifetime,
    boolean isBlind,
    List<Action> parts) {

  enum Kind {
    GET,
    SCAN,
    PUT,
    PUT_IF_ABSENT,
    REPLACE_VERSION,
    REMOVE,
    APPEND,
    ADD,
    BATCH
  }

  private static Action of(Kind kind, String key, String argument) {
    return new Action(
        kind,
        key,
        argument,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        List.of());
  }

  static Action get(String key) {
    return of(Kind.GET, key, "");
  }

  static Action scan() {
    return of(Kind.SCAN, "", "");
  }

  static Action put(String key, String value) {
    return of(Kind.PUT, key, value);
  }

  static Action putIfAbsent(String key, String value) {
    return of(Kind.PUT_IF_ABSENT, key, value);
  }

  static Action replace(String key, Seen expected, String value) {
    return new Action(
        Kind.REPLACE_VERSION,
        key,
        value,
        Optional.of(expected),
        Optional.empty(),
        Optional.empty(),
        false,
        List.of());
  }

  static Action remove(String key) {
    return of(Kind.REMOVE, key, "");
  }

  static Action append(String key, String tail) {
    return of(Kind.APPEND, key, tail);
  }

  static Action add(String key, long delta) {
    return of(Kind.ADD, key, Long.toString(delta));
  }

  static Action batch(List<Action> parts) {
    return new Action(
        Kind.BATCH,
        "",
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        true,
        List.copyOf(parts));
  }

  /** The same, but the answer does not tell what was there before. */
  Action blind() {
    return new Action(kind, key, argument, expected, level, lifetime, true, parts);
  }

  /** The same, but what it puts goes away by itself. */
  Action lasting(Duration time) {
    return new Action(kind, key, argument, expected, level, Optional.of(time), isBlind, parts);
  }

  /** The same, but at a level that is weaker than its store. */
  Action at(Consistency weaker) {
    return new Action(kind, key, argument, expected, Optional.of(weaker), lifetime, isBlind, parts);
  }

  boolean isRead() {
    return kind == Kind.GET || kind == Kind.SCAN;
  }

  /** What a batch does to a key. */
  Action partFor(String wanted) {
    return parts.stream().filter(part -> part.key.equals(wanted)).findFirst().orElseThrow();
  }

  boolean concerns(String wanted) {
    return kind == Kind.SCAN
        || key.equals(wanted)
        || parts.stream().anyMatch(part -> part.key.equals(wanted));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(kind.name().toLowerCase(Locale.ROOT));
    if (!key.isEmpty()) {
      text.append(' ').append(key);
    }
    if (!argument.isEmpty()) {
      text.append(' ').append(argument);
    }
    expected.ifPresent(seen -> text.append(" if ").append(seen));
    lifetime.ifPresent(time -> text.append(" for ").append(time));
    level.ifPresent(weaker -> text.append(" at ").append(weaker));
    if (!parts.isEmpty()) {
      text.append(' ').append(parts);
    }
    return text.toString();
  }
}
