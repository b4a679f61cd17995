package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet.Visitor;
import io.kvstore.spi.Entry;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Entries by key, on pages: the last bits of a key's hash tell its page (extendible hashing, Fagin
 * and others, TODS 1979).
 *
 * <pre>
 *   pages         ..00   ..01   ..10   ..11       the last bits of a hash
 *                  │      │      │      │
 *                  ▼      └──┬───│──────┘
 *                page a      ▼   ▼
 *                       page b   page c           one bit is enough for b so far
 * </pre>
 *
 * <p>It grows by a page at a time, so that no single put pays for all entries. A copy shares the
 * pages: the one that changes a page first makes it its own.
 *
 * <p>A thread that does not own the table may call {@link #get} while another changes it: it comes
 * to an end, with an answer that means nothing.
 */
final class EntryTable {
  private static final int ENTRIES_FOR_EACH_PAGE = 8; // at least, before one more is made

  private Object owner = new Object(); // of the pages that only this table has
  private Page[] pages = {new Page(owner)}; // as many as a power of two
  private int size;

  int size() {
    return size;
  }

  @Nullable Entry get(Bytes key) {
    int hash = key.hashCode();
    return pageOf(hash).get(key, hash);
  }

  @Nullable Entry put(Bytes key, Entry entry) {
    int hash = key.hashCode();
    Page page = ownPageOf(hash);
    return noted(page, hash, page.put(key, hash, entry));
  }

  @Nullable Entry putIfNewer(Bytes key, Entry entry) {
    int hash = key.hashCode();
    if (pageOf(hash).owner() != owner) {
      Entry there = get(key);
      if (there != null && there.version() >= entry.version()) {
        return there; // without a copy of the page
      }
    }
    Page page = ownPageOf(hash);
    return noted(page, hash, page.putIfNewer(key, hash, entry));
  }

  private @Nullable Entry noted(Page page, int hash, @Nullable Entry before) {
    if (before == null) {
      size++;
      if (page.isCrowded()) {
        relieve(page, hash);
      }
    }
    return before;
  }

  @Nullable Entry remove(Bytes key) {
    int hash = key.hashCode();
    Entry before = ownPageOf(hash).remove(key, hash);
    if (before != null) {
      size--;
    }
    return before;
  }

  void clear() {
    pages = new Page[] {new Page(owner)};
    size = 0;
  }

  /** Another table with the same entries: each may change without the other. */
  EntryTable copy() {
    EntryTable copy = new EntryTable();
    copy.copyFrom(this);
    return copy;
  }

  /** Becomes a copy of another. */
  void copyFrom(EntryTable other) {
    other.owner = new Object();
    owner = new Object();
    pages = other.pages.clone();
    size = other.size;
  }

  void forEach(Visitor visitor) {
    forEachPage((index, page) -> page.forEach(visitor));
  }

  /**
   * Shows another table's entries but for those that stand at the same place here: of two tables
   * that are nearly the same, not many more than what is different.
   */
  void forEachUnlike(EntryTable other, Visitor visitor) {
    other.forEachPage((index, page) -> page.forEachUnlike(pageOf(index), visitor));
  }

  private void forEachPage(PageVisitor visitor) {
    Page[] all = pages;
    for (int i = 0; i < all.length; i++) {
      if (all[i].firstIndexOf(i) == i && !visitor.visit(i, all[i])) {
        return;
      }
    }
  }

  /** Looks at a page, and at the first index that leads to it; false to see no more. */
  private interface PageVisitor {
    boolean visit(int index, Page page);
  }

  private Page pageOf(int hash) {
    Page[] all = pages;
    return all[hash & (all.length - 1)];
  }

  private Page ownPageOf(int hash) {
    Page page = pageOf(hash);
    if (page.owner() == owner) {
      return page;
    }
    Page copy = page.copyFor(owner);
    place(copy, hash);
    return copy;
  }

  /** Puts a page where all hashes lead that have the bits in common that it has. */
  private void place(Page page, int hash) {
    VarHandle.storeStoreFence(); // A concurrent reader sees a page with what is on it.
    for (int i = page.firstIndexOf(hash); i < pages.length; i += page.stride()) {
      pages[i] = page;
    }
  }

  /**
   * Makes room. Keys whose hashes are all alike, by accident or malice, share a page that grows.
   */
  private void relieve(Page page, int hash) {
    if (page.isSmall() || pages.length > size / ENTRIES_FOR_EACH_PAGE) {
      place(page.larger(), hash);
      return;
    }
    if (page.stride() == pages.length) {
      Page[] twice = Arrays.copyOf(pages, Math.multiplyExact(pages.length, 2));
      System.arraycopy(pages, 0, twice, pages.length, pages.length);
      VarHandle.storeStoreFence();
      pages = twice;
    }
    place(page.half(0), hash & ~page.stride());
    place(page.half(1), hash | page.stride());
  }
}
