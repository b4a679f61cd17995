package io.kvstore.server.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.server.transfer.EntryLine;
import io.kvstore.server.transfer.Import;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A store that a server has, in which entries are set. */
public final class RemoteSink implements Import.Sink {
  private final Remote remote;
  private final String path;
  private final Retries retries;

  /**
   * The store, or a table of it.
   *
   * @param table its name; nothing for the keys of the store itself
   * @param patience how long what fails for now is tried again
   */
  public RemoteSink(ClientOptions options, Optional<String> table, Duration patience)
      throws IOException {
    remote = options.remote();
    path = pathOf(table);
    retries = new Retries(patience);
  }

  static String pathOf(Optional<String> table) {
    return table.map(name -> "/tables/" + Remote.segment(name)).orElse("") + "/entries";
  }

  @Override
  public int set(List<EntryLine> entries) throws IOException {
    byte[] lines =
        entries.stream().map(EntryLine::text).collect(Collectors.joining("\n")).getBytes(UTF_8);
    return retries
        .of(() -> remote.expect(remote.send("POST", path, lines), 200))
        .json()
        .path("expired")
        .asInt(0);
  }
}
