package io.kvstore.server.transfer;

import io.kvstore.Bytes;
import io.kvstore.Item;
import java.util.List;

/**
 * How many entries a page has of all that are listed, by how long those of the page before were.
 *
 * @param most entries at the most
 * @param bytes of keys and values, about
 */
public record PageSize(int most, long bytes) {
  /** The entries of the first page, which tell how long entries are. */
  public static final int SAMPLE = 16;

  /** The entries of the page that follows this one. */
  public int after(List<Item<Bytes, Bytes>> page) {
    long length = 1;
    for (Item<Bytes, Bytes> item : page) {
      length += item.key().size() + item.value().size();
    }
    return (int) Math.max(1, Math.min(most, bytes * page.size() / length));
  }
}
