package io.kvstore.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.server.client.ClientOptions;
import io.kvstore.server.client.ProgressOnErr;
import io.kvstore.server.client.RemoteSink;
import io.kvstore.server.client.Trouble;
import io.kvstore.server.transfer.Import;
import io.kvstore.server.transfer.StoreSink;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
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
      "Sets the entries that 'export' has written in a store: with --url that of a server, which"
          + " runs; with --storage one that no process has open; with --engine ratis and --peers one"
          + " across machines, which runs. It may be done again: it sets them over those that are"
          + " there.",
      ""
    })
final class ImportCommand implements Callable<Integer> {
  private static final String STANDARD = "-";

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final ClientOptions connection = new ClientOptions();

  @Mixin private final StoreOptions storeOptions = new StoreOptions();

  @Option(
      names = "--skip",
      paramLabel = "LINES",
      defaultValue = "0",
      description = "How many lines are imported already (${DEFAULT-VALUE}).")
  private long skip;

  @Option(
      names = "--patience",
      paramLabel = "TIME",
      defaultValue = "1m",
      description = "How long to try again what fails for now (${DEFAULT-VALUE}).")
  private Duration patience = Duration.ofMinutes(1);

  @Option(
      names = "--in",
      paramLabel = "TABLE",
      description = "With --url: the table in which they are set (the store itself).")
  private @Nullable String table;

  @Parameters(paramLabel = "FILE", description = "The file; - is the input.")
  private String file = STANDARD;

  @Override
  public Integer call() throws IOException {
    Options.logTo("warn");
    if (file.equals(STANDARD)) {
      return set(new BufferedReader(new InputStreamReader(System.in, UTF_8)), () -> Double.NaN);
    }
    try (FileChannel channel = FileChannel.open(Path.of(file))) {
      double length = Math.max(1, channel.size());
      return set(
          new BufferedReader(Channels.newReader(channel, UTF_8)), () -> position(channel) / length);
    }
  }

  private static double position(FileChannel channel) {
    try {
      return channel.position();
    } catch (IOException unknown) {
      return Double.NaN;
    }
  }

  private int set(BufferedReader in, DoubleSupplier fraction) throws IOException {
    if (connection.isGiven()) {
      if (storeOptions.nameAStore()) {
        throw Trouble.ofUsage("--url and a store of --storage or --engine exclude each other");
      }
      return set(in, fraction, new RemoteSink(connection, Optional.ofNullable(table), patience));
    }
    if (table != null) {
      throw Trouble.ofUsage("--in needs --url: a server that runs has the table");
    }
    try (KVStore<Bytes, Bytes> store =
        Options.usage(requireNonNull(spec), storeOptions::openForTransfer)) {
      return set(in, fraction, new StoreSink(store, patience));
    }
  }

  private int set(BufferedReader in, DoubleSupplier fraction, Import.Sink sink) throws IOException {
    PrintWriter err = requireNonNull(spec).commandLine().getErr();
    Import.Result done =
        new Import(sink, ProgressOnErr.of("lines imported", err, fraction)).from(in, skip);
    err.println(done.entries() + " entries imported, " + done.expired() + " had expired meanwhile");
    err.flush();
    return 0;
  }
}
