package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.Versioned;
import io.kvstore.server.memcached.Statistics.Count;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code me}: what is known of an item, for people. */
final class MetaDebug extends Request {
  private static final int HEADER_BYTES = 48;
  private static final int UNIQUE_BYTES = 8;
  private static final int FLAGS_BYTES = 4;
  private static final int KEY_END_BYTES = 1;
  private static final int VALUE_END_BYTES = 2;
  private static final Reply MISS = Reply.line("EN");

  private final Bytes key;
  private final boolean isBinary;

  MetaDebug(Bytes key, boolean isBinary) {
    this.key = key;
    this.isBinary = isBinary;
  }

  @Override
  Bytes key() {
    return key;
  }

  @Override
  CompletableFuture<Reply> perform(Service service) {
    service.statistics().add(Count.CMD_META);
    return service.items().get(key).thenApply(found -> reply(service.items(), found));
  }

  private Reply reply(Items items, Optional<Versioned<Bytes>> found) {
    if (found.isEmpty()) {
      return MISS;
    }
    Versioned<Bytes> item = found.get();
    Marks marks = items.marks();
    long secondsLeft = items.secondsLeft(item.expiresAt());
    String text =
        " exp="
            + (secondsLeft < 0 ? -1 : -secondsLeft)
            + " la="
            + marks.secondsSinceAccess(key, item.version(), items.nowSeconds())
            + " cas="
            + Long.toUnsignedString(items.unique(key, item))
            + " fetch="
            + (marks.isFetched(key, item.version()) ? "yes" : "no")
            + " cls=1 size="
            + sizeOf(item);
    return out -> {
      out.text("ME ");
      if (isBinary) {
        out.text(Base64Key.encode(key));
      } else {
        out.bytes(key);
      }
      out.text(text).endOfLine();
    };
  }

  /** What memcached would need for it. */
  private int sizeOf(Versioned<Bytes> item) {
    return HEADER_BYTES
        + UNIQUE_BYTES
        + (item.flags() == 0 ? 0 : FLAGS_BYTES)
        + key.size()
        + KEY_END_BYTES
        + item.value().size()
        + VALUE_END_BYTES;
  }
}
