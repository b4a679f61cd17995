package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.server.memcached.Placing.Mode;
import io.kvstore.server.memcached.Statistics.Count;
import java.util.concurrent.CompletableFuture;

/** {@code set}, {@code add}, {@code replace}, {@code append}, {@code prepend} and {@code cas}. */
final class ClassicStorage extends Storage {
  private final Mode mode;
  private final int flags;
  private final Lifetime lifetime;
  private final long unique;
  private final boolean isQuiet;

  ClassicStorage(
      Mode mode,
      Bytes key,
      int flags,
      Lifetime lifetime,
      int length,
      long unique,
      boolean isQuiet) {
    super(key, length);
    this.mode = mode;
    this.flags = flags;
    this.lifetime = lifetime;
    this.unique = unique;
    this.isQuiet = isQuiet;
  }

  @Override
  CompletableFuture<Reply> perform(Service service) {
    Statistics statistics = service.statistics();
    statistics.add(Count.CMD_SET);
    service.prefixes().set(key());
    return service
        .items()
        .place(new Placing(mode, key(), value(), flags, lifetime, unique, false, false))
        .thenApply(
            stored -> {
              count(statistics, mode == Mode.CAS, stored.outcome());
              return isQuiet ? Reply.NOTHING : reply(stored.outcome());
            });
  }

  static void count(Statistics statistics, boolean isCas, Stored.Outcome outcome) {
    if (outcome == Stored.Outcome.STORED) {
      statistics.add(Count.TOTAL_ITEMS);
    }
    if (isCas) {
      switch (outcome) {
        case STORED -> statistics.add(Count.CAS_HITS);
        case EXISTS -> statistics.add(Count.CAS_BADVAL);
        case NOT_FOUND -> statistics.add(Count.CAS_MISSES);
        default -> {}
      }
    }
  }

  private static Reply reply(Stored.Outcome outcome) {
    return switch (outcome) {
      case STORED -> Reply.STORED;
      case NOT_STORED -> Reply.NOT_STORED;
      case EXISTS -> Reply.EXISTS;
      case NOT_FOUND -> Reply.NOT_FOUND;
    };
  }

  @Override
  Reply onFailure(Throwable thrown) {
    return isQuiet ? Reply.NOTHING : super.onFailure(thrown);
  }

  @Override
  Request badChunk() {
    return new BadChunk(isQuiet ? Reply.NOTHING : Reply.BAD_CHUNK);
  }

  /** A value that does not end where it should; memcached counts it as an attempt to store. */
  static final class BadChunk extends Request {
    private final Reply reply;

    BadChunk(Reply reply) {
      this.reply = reply;
    }

    @Override
    CompletableFuture<Reply> perform(Service service) {
      service.statistics().add(Count.CMD_SET);
      return done(reply);
    }
  }

  /** A value that is too long: nothing is stored, and what was there is taken away. */
  static final class TooLarge extends Request {
    private final Bytes key;
    private final boolean removes;
    private final Reply reply;

    TooLarge(Bytes key, boolean removes, Reply reply) {
      this.key = key;
      this.removes = removes;
      this.reply = reply;
    }

    @Override
    Bytes key() {
      return key;
    }

    @Override
    CompletableFuture<Reply> perform(Service service) {
      service.statistics().add(Count.STORE_TOO_LARGE);
      return removes
          ? service.items().remove(key, false, 0).thenApply(removed -> reply)
          : done(reply);
    }
  }
}
