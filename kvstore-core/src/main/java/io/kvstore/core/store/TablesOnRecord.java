package io.kvstore.core.store;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Splitter;
import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.spi.Capacity;
import io.kvstore.spi.Settings;
import io.kvstore.spi.TableSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The lines of a store's record that speak of its tables: one for each, with its state, the number
 * of its first shard, and its settings.
 *
 * <pre>
 *   begin ──▶ MAKING ── made ──▶ MADE ── beginToDrop ──▶ DROPPING ── forget ──▶ no line
 * </pre>
 *
 * <p>What is being made or dropped when the process ends is taken away when the store is opened
 * again.
 */
final class TablesOnRecord {
  private static final String NAME = "table ";
  private static final String AFTER_NAMES = "table!"; // the next in the order of keys
  private static final String NOTHING = "-"; // is said
  private static final Bytes NUMBERS = Bytes.of("shard numbers given");

  private enum State {
    MAKING,
    MADE,
    DROPPING
  }

  /** A table that was made. */
  record Table(String name, int firstShard, TableSettings settings) {}

  private record Line(State state, Table table) {}

  private final StoreRecord record;
  private final Settings store;

  TablesOnRecord(StoreRecord record, Settings store) {
    this.record = record;
    this.store = store;
  }

  /** The number of the next shard that is made. */
  int numbersGiven() {
    String given = record.read(NUMBERS);
    return given == null ? store.shards() : Integer.parseInt(given);
  }

  /** All tables that were made. */
  List<Table> all() {
    return lines().stream().filter(line -> line.state() == State.MADE).map(Line::table).toList();
  }

  private List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    record.scan(
        NAME, AFTER_NAMES, (key, text) -> lines.add(line(key.substring(NAME.length()), text)));
    return lines;
  }

  private Line line(String name, String text) {
    List<String> parts = Splitter.on(' ').splitToList(text);
    int firstShard = Integer.parseInt(parts.get(1));
    int shards = Integer.parseInt(parts.get(2));
    TableSettings settings =
        new TableSettings(
            Consistency.valueOf(parts.get(3)),
            Replication.valueOf(parts.get(4)),
            shards,
            record.splits(firstShard, shards),
            number(parts.get(5)),
            number(parts.get(6)),
            parts.size() > 7 ? capacity(parts.get(7)) : Optional.empty());
    return new Line(State.valueOf(parts.get(0)), new Table(name, firstShard, settings));
  }

  /** Which nodes hold its shards. */
  ShardPlacement placement(Table table, Settings settings) {
    return record.placement(table.firstShard(), settings);
  }

  /** Takes away what is of tables that were half made, or half dropped. */
  void discardUnfinished(DataletFactory datalets) {
    for (Line line : lines()) {
      Table table = line.table();
      if (line.state() != State.MADE) {
        for (int node = 0; node < store.nodes(); node++) {
          for (int i = 0; i < table.settings().shards(); i++) {
            datalets.discard(NodeId.of(node), table.firstShard() + i);
          }
        }
        forget(table.name());
      }
    }
  }

  /** A table is to be made: its numbers are given from here on, whatever becomes of it. */
  void begin(String name, int firstShard, Settings settings, ShardPlacement placement) {
    int shards = settings.shards();
    record.write(NUMBERS, Integer.toString(firstShard + shards));
    if (!settings.isOnEveryNode()) {
      for (int i = 0; i < shards; i++) {
        record.placed(firstShard + i, placement.holders(i));
      }
    }
    record.splitAt(firstShard, settings.splits());
    TableSettings table = settings.asTable();
    write(new Line(State.MAKING, new Table(name, firstShard, table)));
  }

  void made(String name) {
    become(name, State.MADE);
  }

  void beginToDrop(String name) {
    become(name, State.DROPPING);
  }

  private void become(String name, State state) {
    String text = requireNonNull(record.read(Bytes.of(NAME + name)), "a line");
    write(new Line(state, line(name, text).table()));
  }

  private void write(Line line) {
    Table table = line.table();
    TableSettings settings = table.settings();
    record.write(
        Bytes.of(NAME + table.name()),
        line.state()
            + " "
            + table.firstShard()
            + " "
            + settings.shards()
            + " "
            + settings.consistency()
            + " "
            + settings.replication()
            + " "
            + text(settings.acks())
            + " "
            + text(settings.readsFrom())
            + settings.capacity().map(its -> " " + its.unit() + ":" + its.most()).orElse(""));
  }

  private static Optional<Capacity> capacity(String text) {
    List<String> parts = Splitter.on(':').splitToList(text);
    return Optional.of(
        new Capacity(Long.parseLong(parts.get(1)), Capacity.Unit.valueOf(parts.get(0))));
  }

  private static String text(OptionalInt number) {
    return number.isPresent() ? Integer.toString(number.getAsInt()) : NOTHING;
  }

  private static OptionalInt number(String text) {
    return text.equals(NOTHING) ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
  }

  /** There is no such table any more, nor anything that its shards had on record. */
  void forget(String name) {
    String text = record.read(Bytes.of(NAME + name));
    if (text == null) {
      return;
    }
    Table table = line(name, text).table();
    for (int i = 0; i < table.settings().shards(); i++) {
      record.forgetShard(table.firstShard() + i);
    }
    record.remove(Bytes.of(NAME + name));
  }
}
