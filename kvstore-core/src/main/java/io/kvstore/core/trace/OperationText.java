package io.kvstore.core.trace;

import io.kvstore.Bytes;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Range;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.function.Function;

/** Operations in a few words, for people: {@code set key greeting}. */
public final class OperationText {
  private OperationText() {}

  /** An operation in a few words, with the beginning of its key. */
  public static String of(Operation operation) {
    return of(operation, Bytes::toString);
  }

  /** An operation in a few words, with its key as it is to be shown. */
  static String of(Operation operation, Function<Bytes, String> keyText) {
    if (operation instanceof Write write) {
      return verbOf(write.change()) + " key " + keyText.apply(write.key());
    }
    if (operation instanceof Get get) {
      return "get key " + keyText.apply(get.key());
    }
    if (operation instanceof GetMany many) {
      return "get " + many.keys().size() + " keys";
    }
    if (operation instanceof Batch batch) {
      return "batch of " + batch.writes().size();
    }
    if (operation instanceof Transaction transaction) {
      return "transaction on " + transaction.keys().distinct().count() + " keys";
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
