package io.kvstore.spi;

import io.kvstore.Bytes;
import java.util.List;

/**
 * Asks for the entries of several keys; answered by {@link Answer.Listed}, with those that exist.
 *
 * @param keys the keys
 */
public record GetMany(List<Bytes> keys) implements Query {
  /** Copies the list. */
  public GetMany {
    keys = List.copyOf(keys);
  }
}
