package io.kvstore.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codec.NumberFormat;
import io.kvstore.NodeId;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Count;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Query;
import io.kvstore.spi.Range;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is performed is answered as a sorted map would answer that knows the time: every
 * condition with every change, alone and in batches, whatever has expired in the meantime.
 */
class ApplierModelTest {
  private static final int SEEDS = 40;
  private static final int STEPS = 1_000;
  private static final int VALUE_LIMIT = 24;
  private static final long START = 1_000_000;

  /** The obvious: expired entries are taken out before anything is looked at. */
  private static final class Model {
    private TreeMap<Bytes, Entry> entries = new TreeMap<>();
    private long time = START;

    Answer perform(long version, long at, Operation operation) {
      time = Math.max(time, at);
      entries.values().removeIf(entry -> entry.expiresAt() <= time);
      if (operation instanceof Write write) {
        return write(write, version);
      }
      if (operation instanceof Batch batch) {
        TreeMap<Bytes, Entry> before = new TreeMap<>(entries);
        List<Written> parts = new ArrayList<>();
        for (Write write : batch.writes()) {
          parts.add(write(write, version));
          Outcome outcome = parts.get(parts.size() - 1).outcome();
          if (outcome != Outcome.APPLIED) {
            entries = before;
            return new WrittenTogether(outcome, parts);
          }
        }
        return new WrittenTogether(Outcome.APPLIED, parts);
      }
      if (operation instanceof Clear) {
        int number = entries.size();
        entries.clear();
        return new Counted(number, Entry.NEVER);
      }
      return new Counted(0, Entry.NEVER); // a tick
    }

    private Written write(Write write, long version) {
      Entry before = entries.get(write.key());
      if (!holds(write.condition(), before)) {
        return new Written(Outcome.CONDITION_FAILED, before, before);
      }
      Written written = changed(write.change(), before, version);
      if (written.after() == null) {
        entries.remove(write.key());
      } else {
        entries.put(write.key(), written.after());
      }
      return written;
    }

    private static boolean holds(Condition condition, @Nullable Entry entry) {
      if (condition instanceof Condition.Always) {
        return true;
      }
      if (condition instanceof Condition.Absent) {
        return entry == null;
      }
      if (entry == null) {
        return false;
      }
      return condition instanceof Condition.Present
          || (condition instanceof Condition.VersionIs is && is.version() == entry.version())
          || (condition instanceof Condition.ValueIs is && is.value().equals(entry.value()));
    }

    private Written changed(Change change, @Nullable Entry before, long version) {
      String old = before == null ? "" : before.presentValue().toText();
      int flags = before == null ? 0 : before.flags();
      long expiry = before == null ? Entry.NEVER : before.expiresAt();
      if (change instanceof Change.Put put) {
        return done(before, put.value(), put.flags(), version, expiry(put.lifetimeNanos()));
      }
      if (change instanceof Change.Append append) {
        return joined(before, old + append.tail().toText(), flags, version, expiry);
      }
      if (change instanceof Change.Prepend prepend) {
        return joined(before, prepend.head().toText() + old, flags, version, expiry);
      }
      if (change instanceof Change.Add add) {
        if (before != null && !old.matches("-?[0-9]+")) {
          return new Written(Outcome.NOT_A_NUMBER, before, before);
        }
        long sum = (before == null ? 0 : Long.parseLong(old)) + add.delta();
        long end = before == null ? expiry(add.lifetimeNanos()) : expiry;
        return done(before, Bytes.of(Long.toString(sum)), flags, version, end);
      }
      if (change instanceof Change.Touch touch && before != null) {
        long later = expiry(touch.lifetimeNanos());
        return done(before, before.presentValue(), flags, version, later);
      }
      return new Written(Outcome.APPLIED, before, null); // a removal, or a touch of nothing
    }

    private Written joined(
        @Nullable Entry before, String value, int flags, long version, long expiry) {
      return value.length() > VALUE_LIMIT
          ? new Written(Outcome.TOO_LARGE, before, before)
          : done(before, Bytes.of(value), flags, version, expiry);
    }

    private static Written done(
        @Nullable Entry before, Bytes value, int flags, long version, long expiry) {
      return new Written(Outcome.APPLIED, before, new Entry(value, flags, version, expiry, null));
    }

    private long expiry(long lifetimeNanos) {
      return lifetimeNanos == Change.FOREVER ? Entry.NEVER : time + lifetimeNanos;
    }

    List<Pair> visibleAt(long asOf) {
      return entries.entrySet().stream()
          .filter(each -> each.getValue().expiresAt() > asOf)
          .map(each -> new Pair(each.getKey(), each.getValue()))
          .toList();
    }
  }

  private final SplittableRandom seeds = new SplittableRandom(1);
  private SplittableRandom random = seeds;
  private Model model = new Model();

  private Bytes key() {
    return random.nextInt(8) == 0 ? Bytes.EMPTY : Bytes.of("k" + random.nextInt(6));
  }

  private Condition condition(Bytes key) {
    Entry entry = model.entries.get(key);
    return switch (random.nextInt(8)) {
      case 0 -> Condition.ABSENT;
      case 1 -> Condition.PRESENT;
      case 2 ->
          new Condition.VersionIs(
              entry == null || random.nextInt(3) == 0 ? random.nextLong(1_000) : entry.version());
      case 3 ->
          new Condition.ValueIs(
              entry == null || random.nextInt(3) == 0 ? Bytes.of("7") : entry.presentValue());
      default -> Condition.ALWAYS;
    };
  }

  private long lifetime() {
    return random.nextInt(3) > 0 ? Change.FOREVER : random.nextLong(1, 50);
  }

  private Write write() {
    Bytes key = key();
    Bytes value = Bytes.of(random.nextBoolean() ? "" + random.nextInt(100) : "text");
    Change change =
        switch (random.nextInt(8)) {
          case 0 -> Change.REMOVE;
          case 1 -> new Change.Append(value);
          case 2 -> new Change.Prepend(value);
          case 3 -> new Change.Add(random.nextInt(-5, 6), NumberFormat.DECIMAL, lifetime());
          case 4 -> new Change.Touch(lifetime());
          default -> new Change.Put(value, random.nextInt(3), lifetime());
        };
    return new Write(key, condition(key), change);
  }

  private Operation operation() {
    return switch (random.nextInt(40)) {
      case 0 -> new Clear();
      case 1 -> new Tick();
      case 2, 3, 4, 5 ->
          new Batch(IntStream.rangeClosed(0, random.nextInt(4)).mapToObj(i -> write()).toList());
      default -> write();
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everythingIsAnsweredAsASortedMapWould(boolean inOneOrder) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      random = new SplittableRandom(seed);
      model = new Model();
      Applier applier = open();
      long time = START;
      for (long version = 1; version <= STEPS; version++) {
        String where = "seed " + seed + ", version " + version;
        time += random.nextInt(10) - 2; // a stamp that is too early counts as the one before
        Operation operation = operation();
        Ordered ordered = new Ordered(version, time, 1, version, operation);
        Answer expected = model.perform(version, time, operation);
        Answer answer =
            inOneOrder ? applier.apply(ordered) : applier.update(ordered, null).answer();
        assertThat(seen(answer)).as("%s: %s", where, operation).isEqualTo(expected);
        checkQueries(applier, model.time + random.nextInt(20), where);
        if (!inOneOrder && random.nextInt(50) == 0) {
          applier.collect(random.nextLong(version + 1), model.time);
        }
        if (random.nextInt(100) == 0) {
          Applier other = open();
          other.replace(Transfer.bring(applier.contents(), applier, other));
          applier = other;
        }
      }
    }
  }

  private static Applier open() {
    return new Applier(Datalets.tree().open(NodeId.of(0), 0), VALUE_LIMIT);
  }

  /**
   * Reads look through what has expired at their time, which may be ahead of the last command's.
   */
  private void checkQueries(Applier applier, long asOf, String where) {
    List<Pair> visible = model.visibleAt(asOf);
    long validUntil =
        visible.stream().mapToLong(pair -> pair.entry().expiresAt()).min().orElse(Entry.NEVER);
    assertThat(applier.query(new Count(), asOf))
        .as(where)
        .isEqualTo(new Counted(visible.size(), validUntil));

    int limit = random.nextInt(1, 8);
    assertThat(seen(applier, new Range(Bytes.EMPTY, Bytes.EMPTY, limit), asOf))
        .as(where)
        .isEqualTo(new Listed(visible.stream().limit(limit).toList()));

    Bytes from = key();
    Bytes to = key();
    assertThat(seen(applier, new Range(from, to, 100), asOf))
        .as("%s, from '%s' to '%s'", where, from, to)
        .isEqualTo(
            new Listed(
                visible.stream()
                    .filter(pair -> pair.key().compareTo(from) >= 0)
                    .filter(pair -> to.isEmpty() || pair.key().compareTo(to) < 0)
                    .toList()));

    assertThat(seen(applier, new Get(from), asOf))
        .as(where)
        .isEqualTo(
            visible.stream()
                .filter(pair -> pair.key().equals(from))
                .findFirst()
                .map(pair -> new Found(pair.entry()))
                .orElse(Found.NOTHING));
    assertThat(seen(applier, new GetMany(List.of(to, from)), asOf))
        .as(where)
        .isEqualTo(
            new Listed(
                List.of(to, from).stream()
                    .flatMap(key -> visible.stream().filter(pair -> pair.key().equals(key)))
                    .toList()));
  }

  private static Answer seen(Applier applier, Query query, long asOf) {
    return seen(applier.query(query, asOf));
  }

  /** The answer without what it tells of keys that are absent. */
  private static Answer seen(Answer answer) {
    if (answer instanceof Found found) {
      return new Found(found.entry());
    }
    if (answer instanceof Listed listed) {
      return new Listed(listed.pairs());
    }
    if (answer instanceof Written written) {
      return seen(written);
    }
    return answer instanceof WrittenTogether together
        ? new WrittenTogether(
            together.outcome(), together.parts().stream().map(ApplierModelTest::seen).toList())
        : answer;
  }

  private static Written seen(Written written) {
    return new Written(written.outcome(), written.before(), written.after());
  }
}
