package io.kvstore.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.server.transfer.Import;
import io.kvstore.server.transfer.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code import}: the lines of a file become entries of a store. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Sets the entries that 'export' has written in a store: that of --storage, which no process"
          + " has open; or one across machines, which runs, with --engine ratis and --peers. It may"
          + " be done again: it sets them over those that are there.",
      ""
    })
final class ImportCommand implements Callable<Integer> {
  private static final String STANDARD = "-";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final StoreOptions storeOptions = new StoreOptions();

  @Option(
      names = "--skip",
      paramLabel = "LINES",
      defaultValue = "0",
      description = "How many lines are imported already (${DEFAULT-VALUE}).")
  private long skip;

  @Parameters(paramLabel = "FILE", description = "The file; - is the input.")
  private String file = STANDARD;

  @Override
  public Integer call() throws IOException {
    Options.logTo("warn");
    CommandSpec here = requireNonNull(spec);
    PrintWriter err = here.commandLine().getErr();
    try (BufferedReader in =
            file.equals(STANDARD)
                ? new BufferedReader(new InputStreamReader(System.in, UTF_8))
                : Files.newBufferedReader(Path.of(file));
        KVStore<Bytes, Bytes> store = Options.usage(here, storeOptions::openForTransfer)) {
      Import.Result done =
          new Import(store, new Progress("lines imported", err), PATIENCE).from(in, skip);
      err.println(
          done.entries() + " entries imported, " + done.expired() + " had expired meanwhile");
      err.flush();
    }
    return 0;
  }
}
