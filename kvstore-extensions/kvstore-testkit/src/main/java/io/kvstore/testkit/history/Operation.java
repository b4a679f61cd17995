package io.kvstore.testkit.history;

/** One operation of a history, for people to read; the values as EDN writes them. */
public record Operation(
    int index,
    int process,
    Kind kind,
    String key,
    String argument,
    String expected,
    String result,
    long invoked,
    long returned,
    Outcome outcome) {

  /**
   * Whether no client asked for it: an entry with a lifetime may be deleted at any time after it
   * was written. Such operations have negative processes.
   */
  public boolean isExpiry() {
    return process < 0;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(64);
    text.append(isExpiry() ? "expiry" : "process " + process).append(": ").append(kind);
    if (!key.equals("nil")) {
      text.append(' ').append(key);
    }
    switch (kind) {
      case READ, DELETE -> {}
      case CAS -> text.append(' ').append(expected).append(" to ").append(argument);
      default -> text.append(' ').append(argument);
    }
    switch (outcome) {
      case UNKNOWN -> text.append(", unknown");
      case FAIL -> text.append(", failed");
      case OK -> text.append(answer());
    }
    text.append(" [").append(invoked).append(", ");
    return text.append(outcome == Outcome.UNKNOWN ? "…" : returned).append(']').toString();
  }

  private String answer() {
    if (result.equals("?")) {
      return ", ok";
    }
    boolean replaced = kind == Kind.WRITE || kind == Kind.DELETE;
    return (replaced ? ", replaced " : " = ") + result;
  }
}
