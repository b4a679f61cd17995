package io.kvstore.server.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose keys are meant: those of the store, or of a table. */
final class InTable {
  @Option(
      names = "--in",
      paramLabel = "TABLE",
      description = "The table whose keys are meant (those of the store itself).")
  private @Nullable String table;

  String data(String key) {
    return root() + "/data/" + Remote.segment(key);
  }

  String watch() {
    return root() + "/watch";
  }

  private String root() {
    return table == null ? "" : "/tables/" + Remote.segment(table);
  }

  String entries() {
    return RemoteSink.pathOf(Optional.ofNullable(table));
  }
}
