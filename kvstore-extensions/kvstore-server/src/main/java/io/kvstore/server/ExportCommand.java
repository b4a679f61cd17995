package io.kvstore.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.server.client.ClientOptions;
import io.kvstore.server.client.ProgressOnErr;
import io.kvstore.server.client.RemoteSource;
import io.kvstore.server.client.Trouble;
import io.kvstore.server.transfer.Export;
import io.kvstore.server.transfer.StoreSource;
import io.kvstore.server.transfer.UnfinishedFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code export}: the entries of a store become lines of a file. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Writes the entries of a store to a file, as lines of JSON: with --url that of a server, which"
          + " runs; with --storage one that no process has open, with the options that it was served"
          + " with; with --engine ratis and --peers one across machines, which runs.",
      ""
    })
final class ExportCommand implements Callable<Integer> {
  private static final String STANDARD = "-";

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final ClientOptions connection = new ClientOptions();

  @Mixin private final StoreOptions storeOptions = new StoreOptions();

  @Option(
      names = "--patience",
      paramLabel = "TIME",
      defaultValue = "1m",
      description = "With --url: how long to try again what fails for now (${DEFAULT-VALUE}).")
  private Duration patience = Duration.ofMinutes(1);

  @Option(
      names = "--in",
      paramLabel = "TABLE",
      description = "With --url: the table whose entries are meant (those of the store itself).")
  private @Nullable String table;

  @Option(
      names = "--after",
      paramLabel = "KEY",
      description = "Only entries whose keys follow this one.")
  private @Nullable String after;

  @Option(
      names = "--resume",
      description = "Go on with the unfinished file that an export has left behind.")
  private boolean resume;

  @Parameters(paramLabel = "FILE", description = "A file that is not there yet; - is the output.")
  private String file = STANDARD;

  @Override
  public Integer call() throws IOException {
    Options.logTo("warn");
    Path target = Path.of(file);
    if (!file.equals(STANDARD) && Files.exists(target)) {
      throw new FileAlreadyExistsException(file, null, "it exists already");
    }
    if (resume && (after != null || file.equals(STANDARD))) {
      throw Trouble.ofUsage("--resume goes on with a file: leave --after and - out");
    }
    if (connection.isGiven()) {
      if (storeOptions.nameAStore()) {
        throw Trouble.ofUsage("--url and a store of --storage or --engine exclude each other");
      }
      return export(target, new RemoteSource(connection, Optional.ofNullable(table), patience));
    }
    if (table != null) {
      throw Trouble.ofUsage("--in needs --url: a server that runs has the table");
    }
    try (KVStore<Bytes, Bytes> store =
        Options.usage(requireNonNull(spec), storeOptions::openForTransfer)) {
      return export(target, new StoreSource(store));
    }
  }

  private int export(Path target, Export.Source source) throws IOException {
    PrintWriter err = requireNonNull(spec).commandLine().getErr();
    Export export = new Export(source, ProgressOnErr.of("entries exported", err, () -> Double.NaN));
    Optional<Bytes> last = Optional.ofNullable(after).map(Bytes::of);
    long entries;
    if (file.equals(STANDARD)) {
      entries = export.to(new BufferedWriter(new OutputStreamWriter(System.out, UTF_8)), last, 0);
    } else {
      Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
      UnfinishedFile begun = resume ? UnfinishedFile.read(unfinished) : new UnfinishedFile(0, last);
      StandardOpenOption how =
          resume ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
      try (Writer out =
          Files.newBufferedWriter(
              unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
        entries = export.to(out, begun.last(), begun.entries());
      } catch (IOException failed) {
        throw new IOException(
            failed.getMessage()
                + "; what is exported is in "
                + unfinished
                + ": go on with --resume",
            failed);
      }
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    }
    err.println(entries + " entries exported to " + file);
    err.flush();
    return 0;
  }
}
