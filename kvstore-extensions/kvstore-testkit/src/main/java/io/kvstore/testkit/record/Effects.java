package io.kvstore.testkit.record;

import io.kvstore.Bytes;
import io.kvstore.Codec.NumberFormat;
import io.kvstore.Codecs;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Change.Add;
import io.kvstore.spi.Change.Append;
import io.kvstore.spi.Change.Prepend;
import io.kvstore.spi.Change.Put;
import io.kvstore.spi.Change.Remove;
import io.kvstore.spi.Change.Touch;
import io.kvstore.spi.Entry;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Range;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Transaction.Requirement;
import io.kvstore.spi.Write;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether what a write was answered agrees with itself: it was done if its condition holds for what
 * it found, and made of that what it was asked to. It says nothing about whether it found what it
 * should have.
 */
final class Effects {
  private final boolean decidesConditions;

  /**
   * Effects in a store.
   *
   * @param decidesConditions whether a condition is decided once; at the eventual level a write
   *     that was done is brought back, whatever stands there then
   */
  Effects(boolean decidesConditions) {
    this.decidesConditions = decidesConditions;
  }

  /** What is wrong with an answer, in a sentence. */
  Optional<String> contradiction(Operation operation, @Nullable Answer answer) {
    if (operation instanceof Write write && answer instanceof Written written) {
      return contradiction(write, written);
    }
    if (operation instanceof Batch batch
        && answer instanceof WrittenTogether together
        && together.isApplied()) {
      for (int i = 0; i < batch.writes().size(); i++) {
        Optional<String> wrong = contradiction(batch.writes().get(i), together.parts().get(i));
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    if (operation instanceof Transaction transaction && answer instanceof Transacted transacted) {
      return contradiction(transaction, transacted);
    }
    if (answer instanceof Listed listed && !isListOf(operation, listed.pairs())) {
      return Optional.of(operation + " was answered " + listed + ", which is no answer to it");
    }
    return Optional.empty();
  }

  /** Each part goes on from what those before it have left, and what they found decides. */
  private Optional<String> contradiction(Transaction transaction, Transacted transacted) {
    if (!transacted.isApplied()) {
      return Optional.empty();
    }
    Map<Bytes, Optional<Entry>> first = new HashMap<>();
    Map<Bytes, Optional<Entry>> now = new HashMap<>();
    for (Performed part : Performed.by(transaction, transacted)) {
      Optional<String> wrong = contradiction((Operation) part.step(), part.answer());
      if (wrong.isPresent()) {
        return wrong;
      }
      boolean isRead = part.answer() instanceof Found;
      Optional<Entry> seen =
          Optional.ofNullable(
              isRead ? ((Found) part.answer()).entry() : ((Written) part.answer()).before());
      first.putIfAbsent(part.key(), seen);
      if (!now.getOrDefault(part.key(), seen).equals(seen)) {
        return Optional.of(part + " does not see what was done before it in " + transaction);
      }
      now.put(part.key(), isRead ? seen : Optional.ofNullable(((Written) part.answer()).after()));
    }
    List<Requirement> known =
        transaction.requirements().stream().filter(each -> first.containsKey(each.key())).toList();
    boolean mayBeMet =
        known.stream()
            .allMatch(
                each ->
                    each.condition()
                        .holdsFor(first.getOrDefault(each.key(), Optional.empty()).orElse(null)));
    boolean mustBeMet = mayBeMet && known.size() == transaction.requirements().size();
    boolean isRight = transacted.isMet() ? mayBeMet : !mustBeMet;
    return isRight || !decidesConditions
        ? Optional.empty()
        : Optional.of(transaction + " was answered " + transacted + ", which contradicts it");
  }

  /** Whether a list has nothing but what was asked for, in its order, and no more. */
  private static boolean isListOf(Operation operation, List<Pair> pairs) {
    if (operation instanceof GetMany many) {
      Iterator<Bytes> asked = many.keys().iterator();
      return pairs.stream().allMatch(pair -> isAmong(asked, pair.key()));
    }
    if (!(operation instanceof Range range)) {
      return true;
    }
    Bytes last = null;
    for (Pair pair : pairs) {
      Bytes key = pair.key();
      boolean isWithin =
          key.compareTo(range.from()) >= 0
              && (range.to().isEmpty() || key.compareTo(range.to()) < 0);
      if (!isWithin || (last != null && key.compareTo(last) <= 0)) {
        return false;
      }
      last = key;
    }
    return pairs.size() <= range.limit();
  }

  private static boolean isAmong(Iterator<Bytes> asked, Bytes key) {
    while (asked.hasNext()) {
      if (asked.next().equals(key)) {
        return true;
      }
    }
    return false;
  }

  private Optional<String> contradiction(Write write, Written written) {
    boolean holds = write.condition().holdsFor(written.before());
    boolean isRefused = written.outcome() == Outcome.CONDITION_FAILED;
    boolean isRight =
        (!decidesConditions || holds != isRefused)
            && (!written.isApplied()
                || isMadeOf(written.before(), write.change(), written.after()));
    return isRight
        ? Optional.empty()
        : Optional.of(write + " was answered " + written + ", which contradicts it");
  }

  private static boolean isMadeOf(@Nullable Entry before, Change change, @Nullable Entry after) {
    if (change instanceof Remove) {
      return after == null;
    }
    if (change instanceof Touch && before == null) {
      return after == null;
    }
    if (after == null || (before != null && after.version() < before.version())) {
      return false;
    }
    Bytes value = after.presentValue();
    Bytes old = before == null ? Bytes.EMPTY : before.presentValue();
    if (change instanceof Put put) {
      return value.equals(put.value()) && after.flags() == put.flags();
    }
    int flags = before == null ? 0 : before.flags();
    if (change instanceof Touch) {
      return value.equals(old) && after.flags() == flags;
    }
    boolean isJoined =
        change instanceof Append append
            ? value.equals(old.concat(append.tail()))
            : change instanceof Prepend prepend
                ? value.equals(prepend.head().concat(old))
                : change instanceof Add add && isSum(before, add, value);
    boolean begins = before == null && change instanceof Add added && hasLifetime(added);
    boolean hasRightEnd =
        begins ? after.expiresAt() != Entry.NEVER : after.expiresAt() == expiryOf(before);
    return isJoined && hasRightEnd && after.flags() == flags;
  }

  private static boolean hasLifetime(Add add) {
    return add.lifetimeNanos() != Change.FOREVER;
  }

  private static boolean isSum(@Nullable Entry before, Add add, Bytes sum) {
    long summand = before == null ? 0 : number(before.presentValue(), add.format());
    return number(sum, add.format()) == summand + add.delta();
  }

  private static long number(Bytes value, NumberFormat format) {
    return format == NumberFormat.BINARY
        ? Codecs.LONG.decode(value)
        : Long.parseLong(value.toText());
  }

  private static long expiryOf(@Nullable Entry entry) {
    return entry == null ? Entry.NEVER : entry.expiresAt();
  }
}
