package io.kvstore.testkit.history;

import java.util.Locale;
import java.util.Optional;

/** What an operation does to its key. */
public enum Kind {
  /** Answers the value; also called get. */
  READ(0),
  /** Replaces the value; also called put. */
  WRITE(1),
  /** Takes the value away. */
  DELETE(2),
  /** Replaces the value if it is the expected one, and answers whether it was. */
  CAS(3),
  /** Adds a text to the end of the value. */
  APPEND(4),
  /** Adds a number to the value, and may answer the sum. */
  ADD(5);

  private final int code;

  Kind(int code) {
    this.code = code;
  }

  /** A number of its own, below {@code 1 << 3}. */
  public int code() {
    return code;
  }

  /** The kind that formats call by this name, if there is one. */
  public static Optional<Kind> named(String name) {
    return switch (name) {
      case "read", "get" -> Optional.of(READ);
      case "write", "put" -> Optional.of(WRITE);
      case "delete", "remove" -> Optional.of(DELETE);
      case "cas" -> Optional.of(CAS);
      case "append" -> Optional.of(APPEND);
      case "add" -> Optional.of(ADD);
      default -> Optional.empty();
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
