package io.kvstore.core.trace;

import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Range;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;

/** Operations in a few words, for people: {@code set key greeting}. */
public final class OperationText {
  private OperationText() {}

  /** An operation in a few words. */
  public static String of(Operation operation) {
    if (operation instanceof Write write) {
      return verbOf(write.change()) + " key " + write.key();
    }
    if (operation instanceof Get get) {
      return "get key " + get.key();
    }
    if (operation instanceof GetMany many) {
      return "get " + many.keys().size() + " keys";
    }
    if (operation instanceof Batch batch) {
      return "batch of " + batch.writes().size();
    }
    if (operation instanceof Tick) {
      return "tick";
    }
    return operation instanceof Range ? "scan" : operation instanceof Clear ? "clear" : "count";
  }

  private static String verbOf(Change change) {
    if (change instanceof Change.Put) {
      return "set";
    }
    if (change instanceof Change.Remove) {
      return "delete";
    }
    if (change instanceof Change.Add) {
      return "incr";
    }
    if (change instanceof Change.Touch) {
      return "touch";
    }
    return change instanceof Change.Append ? "append" : "prepend";
  }
}
