package io.kvstore.server.transfer;

import io.kvstore.Bytes;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.Scan;
import io.kvstore.Versioned;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The entries of a store that is open in this process. */
public final class StoreSource implements Export.Source {
  private static final PageSize PAGES = new PageSize(1_000, 1 << 20);

  private final KVStore<Bytes, Bytes> store;
  private int wanted = PageSize.SAMPLE;

  /** Of this store. */
  public StoreSource(KVStore<Bytes, Bytes> store) {
    this.store = store;
  }

  @Override
  public Export.Page after(Optional<Bytes> key) {
    Scan<Bytes> next = key.isPresent() ? Scan.after(key.get()) : Scan.all();
    List<Item<Bytes, Bytes>> page = store.scan(next.limit(wanted));
    boolean isLast = page.size() < wanted;
    if (!isLast) {
      wanted = PAGES.after(page);
    }
    return new Export.Page(
        lines(page), isLast ? Optional.empty() : Optional.of(page.get(page.size() - 1).key()));
  }

  /** A page has no flags and times of expiry: each entry is asked for by its key. */
  private List<String> lines(List<Item<Bytes, Bytes>> page) {
    Map<Bytes, CompletableFuture<Optional<Versioned<Bytes>>>> asked = new LinkedHashMap<>();
    page.forEach(item -> asked.put(item.key(), store.async().getVersioned(item.key())));
    List<String> lines = new ArrayList<>();
    asked.forEach(
        (key, found) ->
            Calls.join(found).map(entry -> EntryLine.of(key, entry).text()).ifPresent(lines::add));
    return lines;
  }
}
