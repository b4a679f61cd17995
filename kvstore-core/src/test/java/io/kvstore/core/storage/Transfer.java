package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.core.spi.RemoteEntries;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Brings what one applier holds to another, part by part, as replicas do. */
final class Transfer {
  private static final Chunk.Size SMALL = new Chunk.Size(7, 100);

  private Transfer() {}

  /** Puts what an applier offers aside at another. */
  static Contents bring(Contents contents, Applier from, Applier to) {
    if (contents.entries() instanceof RemoteEntries copy) {
      parts(from, copy).forEach(part -> to.copies().putAside(copy, part));
    }
    return contents;
  }

  /** All entries of an applier. */
  static List<Pair> allOf(Applier applier) {
    List<Pair> all = applier.contents().entries();
    if (all instanceof RemoteEntries copy) {
      all = parts(applier, copy).stream().flatMap(List::stream).toList();
    }
    return all;
  }

  private static List<List<Pair>> parts(Applier from, RemoteEntries copy) {
    List<List<Pair>> parts = new ArrayList<>();
    Optional<Bytes> next = Optional.of(Bytes.EMPTY);
    while (next.isPresent()) {
      Chunk chunk = from.copies().chunk(copy, next.get(), SMALL).orElseThrow();
      parts.add(chunk.entries());
      next = chunk.next();
    }
    from.copies().release(copy);
    return parts;
  }
}
