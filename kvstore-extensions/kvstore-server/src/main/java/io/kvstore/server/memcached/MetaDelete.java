package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.server.memcached.Statistics.Count;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code md}. */
final class MetaDelete extends Request {
  private final MetaFlags flags;

  MetaDelete(MetaFlags flags) {
    this.flags = flags;
  }

  @Override
  Bytes key() {
    return flags.key();
  }

  @Override
  CompletableFuture<Reply> perform(Service service) {
    Items items = service.items();
    CompletableFuture<Stored> done =
        flags.isInvalidation()
            ? items.invalidate(
                flags.key(),
                flags.comparesUnique(),
                flags.unique(),
                Optional.ofNullable(flags.lifetime()))
            : items.remove(flags.key(), flags.comparesUnique(), flags.unique());
    return done.thenApply(
        removed -> {
          boolean isHit = removed.outcome() == Stored.Outcome.STORED;
          if (!isHit) {
            service.statistics().add(Count.DELETE_MISSES);
          } else if (!flags.isInvalidation()) {
            service.statistics().add(Count.DELETE_HITS);
          }
          return isHit && flags.isQuiet() ? Reply.NOTHING : reply(removed.outcome());
        });
  }

  private Reply reply(Stored.Outcome outcome) {
    return out -> {
      out.text(
          switch (outcome) {
            case STORED -> "HD";
            case EXISTS -> "EX";
            default -> "NF";
          });
      flags.writeEchoes(out);
      out.endOfLine();
    };
  }
}
