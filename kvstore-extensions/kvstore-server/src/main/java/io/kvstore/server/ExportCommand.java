package io.kvstore.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.server.transfer.Export;
import io.kvstore.server.transfer.Progress;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code export}: the entries of a store become lines of a file. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Writes the entries of a store to a file, as lines of JSON: that of --storage, which no"
          + " process has open, with the options that it was served with; or one across machines,"
          + " which runs, with --engine ratis and --peers.",
      ""
    })
final class ExportCommand implements Callable<Integer> {
  private static final String STANDARD = "-";

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final StoreOptions storeOptions = new StoreOptions();

  @Parameters(paramLabel = "FILE", description = "A file that is not there yet; - is the output.")
  private String file = STANDARD;

  @Override
  public Integer call() throws IOException {
    Options.logTo("warn");
    CommandSpec here = requireNonNull(spec);
    PrintWriter err = here.commandLine().getErr();
    Path target = Path.of(file);
    if (!file.equals(STANDARD) && Files.exists(target)) {
      throw new FileAlreadyExistsException(file, null, "it exists already");
    }
    try (KVStore<Bytes, Bytes> store = Options.usage(here, storeOptions::openForTransfer)) {
      Export export = new Export(store, new Progress("entries exported", err));
      long entries;
      if (file.equals(STANDARD)) {
        entries = export.to(new BufferedWriter(new OutputStreamWriter(System.out, UTF_8)));
      } else {
        Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
        try (Writer out = Files.newBufferedWriter(unfinished)) {
          entries = export.to(out);
        }
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      }
      err.println(entries + " entries exported to " + file);
      err.flush();
    }
    return 0;
  }
}
