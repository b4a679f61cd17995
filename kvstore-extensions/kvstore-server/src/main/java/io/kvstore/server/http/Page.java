package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.Item;
import io.kvstore.Session;
import io.kvstore.server.transfer.PageSize;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Some entries of a range as of one moment, with the key after which the next page begins: up to as
 * many as the client asks for, and no more than about half a megabyte.
 */
final class Page {
  private static final PageSize SIZES = new PageSize(16 << 10, 512 << 10);

  private Page() {}

  /** Answers with the first of the entries. */
  static CompletableFuture<Answer> of(Session<Bytes, Bytes> session, Selection all, int entries) {
    int sample = Math.min(entries, PageSize.SAMPLE);
    return scan(session, all, sample)
        .thenCompose(
            found -> {
              int size = Math.min(entries, found.isEmpty() ? sample : SIZES.after(found));
              return found.size() <= sample || size <= sample
                  ? CompletableFuture.completedFuture(answer(found, Math.min(size, sample)))
                  : scan(session, all, size).thenApply(more -> answer(more, size));
            });
  }

  /** One more than are wanted: it tells whether there is a next page. */
  private static CompletableFuture<List<Item<Bytes, Bytes>>> scan(
      Session<Bytes, Bytes> session, Selection all, int wanted) {
    return session.async().scan(all.page(wanted + 1));
  }

  private static Answer answer(List<Item<Bytes, Bytes>> found, int wanted) {
    boolean hasMore = found.size() > wanted;
    List<Item<Bytes, Bytes>> page = hasMore ? found.subList(0, wanted) : found;
    return Answer.of(
        200,
        json -> {
          json.writeArrayPropertyStart("entries");
          for (Item<Bytes, Bytes> item : page) {
            json.writeStartObject();
            json.writeStringProperty("key", item.key().toText());
            json.writeStringProperty("value", item.value().toText());
            json.writeStringProperty("version", Long.toUnsignedString(item.version()));
            json.writeEndObject();
          }
          json.writeEndArray();
          if (hasMore) {
            json.writeStringProperty("next", page.get(wanted - 1).key().toText());
          }
        });
  }
}
