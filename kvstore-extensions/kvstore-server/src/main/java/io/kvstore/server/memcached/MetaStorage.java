package io.kvstore.server.memcached;

import io.kvstore.server.memcached.Placing.Mode;
import io.kvstore.server.memcached.Statistics.Count;
import java.util.concurrent.CompletableFuture;

/** {@code ms}. */
final class MetaStorage extends Storage {
  private final MetaFlags flags;
  private final Mode mode;

  MetaStorage(MetaFlags flags, Mode mode, int length) {
    super(flags.key(), length);
    this.flags = flags;
    this.mode = mode;
  }

  @Override
  CompletableFuture<Reply> perform(Service service) {
    service.statistics().add(Count.CMD_SET);
    Lifetime lifetime = flags.lifetime();
    Placing placing =
        new Placing(
            mode,
            flags.key(),
            value(),
            flags.clientFlags(),
            lifetime == null ? Lifetime.FOREVER : lifetime,
            flags.unique(),
            flags.isInvalidation(),
            flags.has('c'));
    return service
        .items()
        .place(placing)
        .thenApply(
            stored -> {
              ClassicStorage.count(service.statistics(), mode == Mode.CAS, stored.outcome());
              return reply(stored);
            });
  }

  private Reply reply(Stored stored) {
    if (stored.outcome() == Stored.Outcome.STORED && flags.isQuiet()) {
      return Reply.NOTHING;
    }
    return out -> {
      out.text(
          switch (stored.outcome()) {
            case STORED -> "HD";
            case NOT_STORED -> "NS";
            case EXISTS -> "EX";
            case NOT_FOUND -> "NF";
          });
      for (byte letter : flags.letters()) {
        if (letter == 'c') {
          out.text(" c").number(stored.unique());
        } else {
          flags.writeEcho(out, letter);
        }
      }
      out.endOfLine();
    };
  }

  @Override
  Request badChunk() {
    return new ClassicStorage.BadChunk(Reply.BAD_CHUNK);
  }
}
