package io.kvstore.core.spi;

import io.kvstore.core.spi.Datalet.Scratch;
import io.kvstore.core.spi.Datalet.Visitor;
import io.kvstore.spi.Answer.Pair;
import java.util.ArrayList;
import java.util.List;

/** Entries that were put aside in memory. */
final class HeapScratch implements Scratch {
  private final List<Pair> all = new ArrayList<>();

  @Override
  public void add(List<Pair> entries) {
    all.addAll(entries);
  }

  @Override
  public void forEach(Visitor visitor) {
    for (Pair each : all) {
      if (!visitor.visit(each.key(), each.entry())) {
        return;
      }
    }
  }

  @Override
  public void close() {
    all.clear();
  }
}
