package io.kvstore.server;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Replication;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Which tables the store has beside its own keys. */
final class TableOptions {
  @Option(
      names = "--table",
      paramLabel = "NAME=LEVEL[/PROTOCOL]",
      split = ",",
      description =
          "A table with keys of its own, which HTTP serves under /tables/NAME/data: its level, and"
              + " how its copies are kept (what suits the level). Can be given several times.")
  private List<String> tables = List.of();

  boolean areNone() {
    return tables.isEmpty();
  }

  /** Makes the tables of a store that are not there. */
  void openIn(KVStore<Bytes, Bytes> store) {
    tables.forEach(text -> open(store, text));
  }

  private static void open(KVStore<Bytes, Bytes> store, String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException("--table: '" + text + "' is not like visits=eventual");
    }
    String name = text.substring(0, equals);
    String cell = text.substring(equals + 1);
    int slash = cell.indexOf('/');
    Consistency level =
        named(Consistency.values(), slash < 0 ? cell : cell.substring(0, slash), text);
    if (slash < 0) {
      store.table(name, table -> table.consistency(level));
    } else {
      Replication by = named(Replication.values(), cell.substring(slash + 1), text);
      store.table(name, table -> table.consistency(level).replication(by));
    }
  }

  private static <E extends Enum<E>> E named(E[] all, String name, String text) {
    return Arrays.stream(all)
        .filter(each -> each.name().equals(name.toUpperCase(Locale.ROOT).replace('-', '_')))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--table: '"
                        + name
                        + "' in '"
                        + text
                        + "' is none of "
                        + Arrays.toString(all).toLowerCase(Locale.ROOT)));
  }
}
