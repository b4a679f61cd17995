package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.server.memcached.Statistics.Count;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code mg}. */
final class MetaGet extends Request {
  private final MetaFlags flags;

  MetaGet(MetaFlags flags) {
    this.flags = flags;
  }

  /**
   * What was found.
   *
   * @param item what the client is shown
   * @param version the item's version now
   * @param expiresAt when it expires now
   * @param isCreated whether there was none before
   */
  private record Hit(
      Versioned<Bytes> item, long version, Optional<Instant> expiresAt, boolean isCreated) {
    static Hit of(Versioned<Bytes> item, boolean isCreated) {
      return new Hit(item, item.version(), item.expiresAt(), isCreated);
    }
  }

  @Override
  Bytes key() {
    return flags.key();
  }

  @Override
  CompletableFuture<Reply> perform(Service service) {
    return find(service).thenApply(found -> reply(service, found));
  }

  private CompletableFuture<Optional<Hit>> find(Service service) {
    Lifetime vivified = flags.vivified();
    return vivified == null ? findPresent(service.items()) : findOrCreate(service, vivified);
  }

  private CompletableFuture<Optional<Hit>> findPresent(Items items) {
    Lifetime lifetime = flags.lifetime();
    if (lifetime == null) {
      return items.get(key()).thenApply(found -> found.map(item -> Hit.of(item, false)));
    }
    return items
        .touch(key(), lifetime)
        .thenApply(written -> written.before().map(item -> touched(item, written.after())));
  }

  /** An item that a touch has ended is shown once more. */
  private static Hit touched(Versioned<Bytes> before, Optional<Versioned<Bytes>> after) {
    return after
        .map(now -> new Hit(before, now.version(), now.expiresAt(), false))
        .orElseGet(() -> new Hit(before, before.version(), Optional.of(Instant.EPOCH), false));
  }

  private CompletableFuture<Optional<Hit>> findOrCreate(Service service, Lifetime vivified) {
    @Nullable Lifetime named = flags.lifetime();
    boolean isTouchedLast = named != null && flags.placeOf('T') > flags.placeOf('N');
    Lifetime lifetime = named != null && isTouchedLast ? named : vivified;
    if (lifetime.isOver()) {
      return findPresent(service.items())
          .thenApply(found -> Optional.of(found.orElseGet(MetaGet::alreadyOver)));
    }
    return service
        .items()
        .store()
        .update(lifetime.limit(Update.put(key(), Bytes.EMPTY)).ifAbsent())
        .thenCompose(
            written -> {
              if (written.applied()) {
                service.statistics().add(Count.TOTAL_ITEMS);
                return CompletableFuture.completedFuture(
                    written.after().map(item -> Hit.of(item, true)));
              }
              return named == null
                  ? CompletableFuture.completedFuture(
                      written.before().map(item -> Hit.of(item, false)))
                  : findPresent(service.items());
            });
  }

  private static Hit alreadyOver() {
    return Hit.of(new Versioned<>(Bytes.EMPTY, 0, 0, Optional.empty()), true);
  }

  private Reply reply(Service service, Optional<Hit> found) {
    count(service, found.isPresent());
    if (found.isPresent()) {
      return hit(service.items(), found.get());
    }
    if (flags.isQuiet()) {
      return Reply.NOTHING;
    }
    return out -> {
      out.text("EN");
      flags.writeEchoes(out);
      out.endOfLine();
    };
  }

  private void count(Service service, boolean isHit) {
    Statistics statistics = service.statistics();
    if (isHit && flags.lifetime() != null) {
      statistics.add(Count.CMD_TOUCH);
      statistics.add(Count.TOUCH_HITS);
    } else {
      statistics.add(Count.CMD_GET);
      statistics.addEither(isHit, Count.GET_HITS, Count.GET_MISSES);
    }
  }

  private Reply hit(Items items, Hit hit) {
    Marks marks = items.marks();
    boolean isFetched = marks.isFetched(key(), hit.version());
    long idleSeconds = marks.secondsSinceAccess(key(), hit.version(), items.nowSeconds());
    Mark mark = marks.claim(key(), hit.version(), hit.isCreated() || asksToRecache(items, hit));
    boolean wins =
        !mark.isWon() && (hit.isCreated() || asksToRecache(items, hit) || mark.isStale());
    if (!flags.keepsAccess()) {
      marks.fetched(key(), hit.version(), items.nowSeconds());
    }
    long seconds = secondsShown(items, hit);
    Bytes value = hit.item().value();
    Reply reply =
        out -> {
          if (flags.showsValue()) {
            out.text("VA ").number(value.size());
          } else {
            out.text("HD");
          }
          for (byte letter : flags.letters()) {
            switch (letter) {
              case 's' -> out.text(" s").number(value.size());
              case 't' -> out.text(" t").text(Long.toString(seconds));
              case 'c' -> out.text(" c").number(mark.unique());
              case 'f' -> out.text(" f").number(Integer.toUnsignedLong(hit.item().flags()));
              case 'l' -> out.text(" l").number(idleSeconds);
              case 'h' -> out.text(isFetched ? " h1" : " h0");
              default -> flags.writeEcho(out, letter);
            }
          }
          out.text(mark.isWon() ? " Z" : "")
              .text(mark.isStale() ? " X" : "")
              .text(wins ? " W" : "");
          out.endOfLine();
          if (flags.showsValue()) {
            out.bytes(value).endOfLine();
          }
        };
    return Reply.holding(value.size(), reply);
  }

  private long secondsShown(Items items, Hit hit) {
    if (hit.isCreated()) {
      return flags.secondsOfNewItem();
    }
    return items.secondsLeft(expirySeenBy('t', hit));
  }

  /** Flags are followed in their order: one before the {@code T} sees the old time. */
  private Optional<Instant> expirySeenBy(char flag, Hit hit) {
    return flags.placeOf(flag) < flags.placeOf('T') ? hit.item().expiresAt() : hit.expiresAt();
  }

  /** An item asks to be recached when it has less time left than the client says. */
  private boolean asksToRecache(Items items, Hit hit) {
    Lifetime recached = flags.recached();
    if (recached == null || recached.isForever() || hit.isCreated()) {
      return false;
    }
    long left = items.secondsLeft(expirySeenBy('R', hit));
    return left >= 0 && left < recached.seconds();
  }
}
