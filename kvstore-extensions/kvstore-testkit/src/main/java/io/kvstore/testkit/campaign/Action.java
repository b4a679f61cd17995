package io.kvstore.testkit.campaign;

import io.kvstore.Consistency;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a client does. */
sealed interface Action {
  /** Asks for one key or more. */
  record Ask(
      Kind kind,
      List<String> keys,
      String value,
      Optional<Consistency> level,
      Optional<Duration> lifetime)
      implements Action {
    static Ask of(Kind kind, String key, String value) {
      return new Ask(kind, List.of(key), value, Optional.empty(), Optional.empty());
    }

    /** The only key. */
    String key() {
      return keys.get(0);
    }

    Ask at(Consistency weaker) {
      return new Ask(kind, keys, value, Optional.of(weaker), lifetime);
    }

    Ask atStoresLevel() {
      return new Ask(kind, keys, value, Optional.empty(), lifetime);
    }

    Ask lasting(Duration time) {
      return new Ask(kind, keys, value, level, Optional.of(time));
    }

    /** Something of the same sort that concerns one key only, for stores that refuse all else. */
    Ask ofOneKey() {
      String first = keys.isEmpty() ? "r1" : keys.get(0);
      return switch (kind) {
        case GET_MANY, SCAN, COUNT -> new Ask(Kind.GET, List.of(first), "", level, lifetime);
        case CLEAR -> of(Kind.REMOVE, first, "");
        case BATCH, BATCH_ANEW, BATCH_OF_ONE_KEY -> of(Kind.PUT, first, value);
        case BATCH_IF_ABSENT,
            BATCH_REFUSED,
            BATCH_OF_NO_NUMBER,
            TRANSACT_IF_ABSENT,
            TRANSACT_SEEN,
            TRANSACT_ANEW,
            TRANSACT_OF_NO_NUMBER,
            TRANSACT_LASTING ->
            of(Kind.PUT_IF_ABSENT, first, value);
        default -> this;
      };
    }

    /** What a batch writes to one of its keys. */
    String valueFor(int part) {
      return value + (char) ('a' + part);
    }

    @Override
    public String toString() {
      return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ')
          + keys.stream().map(key -> " " + key).collect(Collectors.joining())
          + (value.isEmpty() ? "" : " " + value)
          + lifetime.map(time -> " for " + time.toMillis() + " ms").orElse("")
          + level.map(weaker -> " at " + weaker).orElse("");
    }
  }

  /** The kinds of questions and writes. */
  enum Kind {
    GET,
    GET_MANY,
    SCAN,
    PUT,
    PUT_IF_ABSENT,
    /**
     * Puts if the version is the last that this client has seen; puts anyhow if it has seen none.
     */
    REPLACE_SEEN,
    REMOVE,
    APPEND,
    ADD,
    /** Puts all the keys as one. */
    BATCH,
    /** The same, but only if all keys but the first are absent. */
    BATCH_IF_ABSENT,
    CLEAR,
    /** Counts the entries. */
    COUNT,
    PREPEND,
    /** Sets a lifetime anew. */
    TOUCH,
    /** Puts if the version is the one that the last of these found or made, or if there is none. */
    CHAIN,
    /** Removes if the version is the last that this client has seen. */
    REMOVE_SEEN,
    /** Puts a key and appends to it as one. */
    BATCH_OF_ONE_KEY,
    /** Puts a key, puts it again since it is there, and appends to it as one. */
    BATCH_ANEW,
    /** Does several things to a key, and then one that cannot be done: nothing is. */
    BATCH_REFUSED,
    /** Puts if there is an entry. */
    PUT_IF_PRESENT,
    /** Puts if the value is the last that this client has seen, or if there is none. */
    REPLACE_VALUE,
    /** Removes if there is an entry. */
    REMOVE_IF_PRESENT,
    /** Lists the first entries of a range: from the first key, up to the second. */
    PAGE,
    /** Puts a text, and adds to it, which cannot be done: nothing is. */
    BATCH_OF_NO_NUMBER,
    /** Puts all the keys if all are absent; otherwise reads them, and removes the first. */
    TRANSACT_IF_ABSENT,
    /**
     * Puts the first key and reads the others if the first has the value that this client has last
     * seen, or none; otherwise reads all.
     */
    TRANSACT_SEEN,
    /** Does several things to the first key if it is there; otherwise puts it. */
    TRANSACT_ANEW,
    /** Puts the first key and adds to it, which cannot be done: nothing is; otherwise reads it. */
    TRANSACT_OF_NO_NUMBER,
    /** Puts a key for some time if it is absent; otherwise sets its lifetime anew. */
    TRANSACT_LASTING;

    boolean isTransaction() {
      return compareTo(TRANSACT_IF_ABSENT) >= 0;
    }

    /** Whether it is done to several keys as one, which must be of one shard. */
    boolean isOfOneShard() {
      return this == BATCH || this == BATCH_IF_ABSENT || isTransaction();
    }
  }

  /** Goes on as another client, which has seen nothing. */
  record Begin() implements Action {
    @Override
    public String toString() {
      return "new session";
    }
  }

  /** Goes on as another client, at one node. */
  record BeginAt(int node) implements Action {
    @Override
    public String toString() {
      return "new session at n" + node;
    }
  }

  /** Goes on as another client, which begins with what a client of this run has seen. */
  record BeginAfter(int client) implements Action {
    @Override
    public String toString() {
      return "new session with the position of client " + client;
    }
  }

  /** Goes on with the same session at another node. */
  record Move(int node) implements Action {
    @Override
    public String toString() {
      return "move to n" + node;
    }
  }
}
