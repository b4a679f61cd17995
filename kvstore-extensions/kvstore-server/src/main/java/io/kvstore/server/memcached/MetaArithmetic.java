package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.Update;
import io.kvstore.Versioned;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code ma}. */
final class MetaArithmetic extends Request {
  private final MetaFlags flags;
  private final boolean isUp;

  MetaArithmetic(MetaFlags flags, boolean isUp) {
    this.flags = flags;
    this.isUp = isUp;
  }

  @Override
  Bytes key() {
    return flags.key();
  }

  @Override
  CompletableFuture<Reply> perform(Service service) {
    return count(service)
        .thenApply(
            sum -> {
              if (!sum.isCreated()) { // which is neither a hit nor a miss
                ClassicRequests.Step.count(service.statistics(), isUp, sum.outcome());
              }
              return reply(service.items(), sum);
            });
  }

  private CompletableFuture<Sum> count(Service service) {
    return service
        .arithmetic()
        .perform(new Arithmetic.Step(flags.key(), isUp, flags.delta(), flags.unique()))
        .thenCompose(sum -> after(service, sum));
  }

  private CompletableFuture<Sum> after(Service service, Sum sum) {
    Lifetime vivified = flags.vivified();
    if (sum.outcome() == Sum.Outcome.NOT_FOUND && vivified != null) {
      return create(service, vivified);
    }
    Lifetime lifetime = flags.lifetime();
    return sum.outcome() == Sum.Outcome.DONE && lifetime != null
        ? touch(service.items(), sum, lifetime)
        : CompletableFuture.completedFuture(sum);
  }

  /** Of two times for a new item the one that was named last counts. */
  private CompletableFuture<Sum> create(Service service, Lifetime vivified) {
    @Nullable Lifetime named = flags.lifetime();
    Lifetime lifetime = named != null && flags.placeOf('T') > flags.placeOf('N') ? named : vivified;
    String digits = Long.toUnsignedString(flags.initial());
    Update<Bytes, Bytes> put =
        Update.put(flags.key(), Bytes.wrap(digits.getBytes(StandardCharsets.ISO_8859_1)));
    if (lifetime.isOver()) {
      return CompletableFuture.completedFuture(created(0, Optional.empty()));
    }
    return service
        .items()
        .store()
        .update(lifetime.limit(put).ifAbsent())
        .thenCompose(
            written -> {
              if (!written.applied() || written.after().isEmpty()) {
                return count(service);
              }
              service.statistics().add(Statistics.Count.TOTAL_ITEMS);
              Versioned<Bytes> item = written.after().get();
              Items items = service.items();
              items.marks().stored(flags.key(), item.version(), items.nowSeconds());
              return CompletableFuture.completedFuture(created(item.version(), item.expiresAt()));
            });
  }

  private Sum created(long unique, Optional<java.time.Instant> expiresAt) {
    return new Sum(Sum.Outcome.DONE, flags.initial(), unique, expiresAt, true);
  }

  private CompletableFuture<Sum> touch(Items items, Sum sum, Lifetime lifetime) {
    return items
        .touch(flags.key(), lifetime)
        .thenApply(
            written ->
                flags.placeOf('t') < flags.placeOf('T')
                    ? sum
                    : new Sum(
                        sum.outcome(),
                        sum.number(),
                        sum.unique(),
                        written.after().flatMap(Versioned::expiresAt),
                        sum.isCreated()));
  }

  private Reply reply(Items items, Sum sum) {
    return switch (sum.outcome()) {
      case NON_NUMERIC -> Reply.NON_NUMERIC;
      case NOT_FOUND -> missed("NF");
      case EXISTS -> missed("EX");
      // As in memcached, an item that had to be created is reported even so.
      case DONE -> flags.isQuiet() && !sum.isCreated() ? Reply.NOTHING : hit(items, sum);
    };
  }

  private Reply missed(String status) {
    return out -> {
      out.text(status);
      flags.writeEchoes(out);
      out.endOfLine();
    };
  }

  private Reply hit(Items items, Sum sum) {
    String digits = Long.toUnsignedString(sum.number());
    long secondsLeft =
        sum.isCreated() ? flags.secondsOfNewItem() : items.secondsLeft(sum.expiresAt());
    return out -> {
      if (flags.showsValue()) {
        out.text("VA ").number(digits.length());
      } else {
        out.text("HD");
      }
      for (byte letter : flags.letters()) {
        switch (letter) {
          case 'c' -> out.text(" c").number(sum.unique());
          case 't' -> out.text(" t").text(Long.toString(secondsLeft));
          default -> flags.writeEcho(out, letter);
        }
      }
      out.endOfLine();
      if (flags.showsValue()) {
        out.text(digits).endOfLine();
      }
    };
  }
}
