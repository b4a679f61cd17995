package io.kvstore.playground.shim.jdk.jfr;

/** Recorded nowhere. */
public abstract class Event {
  /** For those that are. */
  protected Event() {}

  /** Begins. */
  public void begin() {}

  /** Ends. */
  public void commit() {}
}
