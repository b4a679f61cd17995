package io.kvstore.server.client;

import io.kvstore.Bytes;
import io.kvstore.server.transfer.Export;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The entries of a store that a server has. */
public final class RemoteSource implements Export.Source {
  private final Remote remote;
  private final String path;
  private final Retries retries;

  /**
   * Of the store, or of a table of it.
   *
   * @param table its name; nothing for the keys of the store itself
   * @param patience how long what fails for now is tried again
   */
  public RemoteSource(ClientOptions options, Optional<String> table, Duration patience)
      throws IOException {
    remote = options.remote();
    path = RemoteSink.pathOf(table);
    retries = new Retries(patience);
  }

  @Override
  public Export.Page after(Optional<Bytes> key) throws IOException {
    String from = key.map(last -> "?after64=" + Remote.base64(last)).orElse("");
    EntryPage page = retries.of(() -> EntryPage.read(remote, path + from));
    return new Export.Page(page.lines(), page.last());
  }
}
