package io.kvstore.server.transfer;

import io.kvstore.Bytes;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.Scan;
import io.kvstore.Versioned;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Writes the entries of a store to a file, in the order of their keys. It reads them page by page,
 * and holds one page at a time; what is written meanwhile may be in the file or not.
 */
public final class Export {
  private static final PageSize PAGES = new PageSize(1_000, 1 << 20);

  private final KVStore<Bytes, Bytes> store;
  private final Progress progress;

  /** From this store. */
  public Export(KVStore<Bytes, Bytes> store, Progress progress) {
    this.store = store;
    this.progress = progress;
  }

  /**
   * Writes all entries.
   *
   * @return how many there are
   */
  public long to(Writer out) throws IOException {
    Scan<Bytes> next = Scan.all();
    int wanted = PageSize.SAMPLE;
    long entries = 0;
    while (true) {
      List<Item<Bytes, Bytes>> page = store.scan(next.limit(wanted));
      entries += write(page, out);
      progress.at(entries);
      if (page.size() < wanted) {
        out.write(EntryLine.end(entries) + "\n");
        out.flush();
        return entries;
      }
      next = Scan.after(page.get(page.size() - 1).key());
      wanted = PAGES.after(page);
    }
  }

  /** A page has no flags and times of expiry: each entry is asked for by its key. */
  private long write(List<Item<Bytes, Bytes>> page, Writer out) throws IOException {
    Map<Bytes, CompletableFuture<Optional<Versioned<Bytes>>>> asked = new LinkedHashMap<>();
    page.forEach(item -> asked.put(item.key(), store.async().getVersioned(item.key())));
    List<String> lines = new ArrayList<>();
    asked.forEach(
        (key, found) ->
            Calls.join(found)
                .map(
                    entry ->
                        new EntryLine(key, entry.value(), entry.flags(), entry.expiresAt()).text())
                .ifPresent(lines::add));
    for (String line : lines) {
      out.write(line + "\n");
    }
    return lines.size();
  }
}
