package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.Versioned;
import io.kvstore.Written;
import io.kvstore.server.memcached.Statistics.Count;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A {@code get}, {@code gets}, {@code gat} or {@code gats}, handed out key by key: a line with
 * thousands of keys is thousands of small requests, under the same limit as all others.
 */
final class Retrieval {
  private static final byte[] VALUE = {'V', 'A', 'L', 'U', 'E', ' '};

  private final Line line;
  private final boolean showsUnique;
  private final @Nullable Lifetime lifetime;
  private int at;
  private boolean hasFailed; // touched where answers are written only

  /** The keys behind this place in a line, which stays as it is until the last was handed out. */
  Retrieval(Line line, int at, boolean showsUnique, @Nullable Lifetime lifetime) {
    this.line = line;
    this.showsUnique = showsUnique;
    this.lifetime = lifetime;
    this.at = afterSpace(at);
  }

  private int afterSpace(int from) {
    int place = from;
    while (place < line.end() && line.array()[place] == ' ') {
      place++;
    }
    return place;
  }

  private int wordEnd(int from) {
    int place = from;
    while (place < line.end() && line.array()[place] != ' ') {
      place++;
    }
    return place;
  }

  boolean hasMore() {
    return at < line.end();
  }

  /** Whether no key is longer than this. */
  boolean keysFit(int keyBytes) {
    for (int start = at; start < line.end(); ) {
      int end = wordEnd(start);
      if (end - start > keyBytes) {
        return false;
      }
      start = afterSpace(end);
    }
    return true;
  }

  /** The request for the next key; the last one also ends the answer. */
  Request next() {
    int end = wordEnd(at);
    Bytes key = Bytes.wrap(Arrays.copyOfRange(line.array(), at, end));
    at = afterSpace(end);
    return new OneKey(key, !hasMore());
  }

  private final class OneKey extends Request {
    private final Bytes key;
    private final boolean isLastKey;

    OneKey(Bytes key, boolean isLastKey) {
      this.key = key;
      this.isLastKey = isLastKey;
    }

    @Override
    Bytes key() {
      return key;
    }

    @Override
    CompletableFuture<Reply> perform(Service service) {
      return lifetime == null
          ? service.items().get(key).thenApply(found -> got(service, found))
          : service.items().touch(key, lifetime).thenApply(written -> touched(service, written));
    }

    private Reply got(Service service, Optional<Versioned<Bytes>> found) {
      Statistics statistics = service.statistics();
      statistics.add(Count.CMD_GET);
      statistics.addEither(found.isPresent(), Count.GET_HITS, Count.GET_MISSES);
      return reply(service, found, found);
    }

    private Reply touched(Service service, Written<Bytes> written) {
      Statistics statistics = service.statistics();
      statistics.add(Count.CMD_TOUCH);
      statistics.addEither(written.before().isPresent(), Count.TOUCH_HITS, Count.TOUCH_MISSES);
      return reply(service, written.before(), written.after());
    }

    private Reply reply(
        Service service, Optional<Versioned<Bytes>> found, Optional<Versioned<Bytes>> now) {
      service.prefixes().got(key, found.isPresent());
      now.ifPresent(item -> service.items().fetched(key, item));
      if (found.isEmpty()) {
        return isLastKey ? this::writeEnd : Reply.NOTHING;
      }
      Versioned<Bytes> item = found.get();
      long unique = showsUnique ? service.items().unique(key, now.orElse(item)) : 0;
      return Reply.holding(
          item.value().size(),
          out -> {
            writeItem(out, item, unique);
            if (isLastKey) {
              writeEnd(out);
            }
          });
    }

    private void writeItem(Output out, Versioned<Bytes> item, long unique) {
      if (hasFailed) {
        return;
      }
      out.text(VALUE).bytes(key).character(' ').number(Integer.toUnsignedLong(item.flags()));
      out.character(' ').number(item.value().size());
      if (showsUnique) {
        out.character(' ').number(unique);
      }
      out.endOfLine().bytes(item.value()).endOfLine();
    }

    private void writeEnd(Output out) {
      if (!hasFailed) {
        Reply.END.writeTo(out);
      }
    }

    /** The first failure ends the answer to the whole line. */
    @Override
    Reply onFailure(Throwable thrown) {
      Reply reason = Failure.reply(thrown);
      return out -> {
        if (!hasFailed) {
          hasFailed = true;
          reason.writeTo(out);
        }
      };
    }
  }
}
