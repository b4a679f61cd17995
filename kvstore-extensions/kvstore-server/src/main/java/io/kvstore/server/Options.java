package io.kvstore.server;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Replication;
import io.kvstore.server.OptionTexts.Port;
import io.kvstore.server.StoreOptions.ViewPolicy;
import io.kvstore.server.client.Errors;
import io.kvstore.server.client.OneShotCommands;
import io.kvstore.server.client.ShellCommand;
import io.kvstore.server.client.Times;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the process can be told: on the command line, in the environment, and in a file. */
@Command(
    name = "kvstore-server",
    subcommands = {ExportCommand.class, ImportCommand.class, ShellCommand.class},
    mixinStandardHelpOptions = true,
    versionProvider = Options.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Serves a replicated key-value store to memcached's clients and over HTTP.",
      "Prints a line for each node with its addresses, then one that begins with 'ready'.",
      ""
    },
    footer = {
      "",
      "Every option can also be given in the environment (--max-connections is"
          + " KVSTORE_MAX_CONNECTIONS) or as a line 'max-connections=…' of the --config file. The"
          + " command line counts most, then the environment, then the file.",
      "",
      "Exit codes: 0 after an orderly end, 1 when it cannot start, 2 when an option is wrong; 143"
          + " when it was ended by SIGTERM, in good order."
    })
final class Options implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Mixin private final StoreOptions storeOptions = new StoreOptions();

  @Mixin private final ServeOptions serveOptions = new ServeOptions();

  @Option(
      names = "--log",
      paramLabel = "LEVEL",
      defaultValue = "info",
      description =
          "What is logged to standard error: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private LogLevel log = LogLevel.INFO;

  /** How much is logged. */
  enum LogLevel {
    DEBUG,
    INFO,
    WARN,
    ERROR,
    OFF
  }

  private Callable<Integer> afterParsing = () -> 0;

  /** The parser of these options; whatever is not on the command line is looked up elsewhere. */
  static CommandLine commandLine(
      Options options, Map<String, String> environment, String... arguments) {
    CommandLine command = new CommandLine(options);
    OneShotCommands.addTo(command);
    Errors.showThoseOf(command);
    command
        .registerConverter(Consistency.class, OptionTexts.level())
        .registerConverter(Duration.class, new Times())
        .registerConverter(Port.class, OptionTexts::port)
        .registerConverter(ViewPolicy.class, OptionTexts.named(ViewPolicy.class))
        .registerConverter(Replication.class, OptionTexts.named(Replication.class))
        .registerConverter(LogLevel.class, OptionTexts.named(LogLevel.class));
    command.setDefaultValueProvider(new OptionSources(environment, arguments));
    return command;
  }

  /** What to do when all options make sense. */
  void whenParsed(Callable<Integer> deed) {
    afterParsing = deed;
  }

  @Override
  public Integer call() throws Exception {
    return afterParsing.call();
  }

  String logLevel() {
    return log.name().toLowerCase(Locale.ROOT);
  }

  String summary() {
    return storeOptions.summary();
  }

  KVStore<Bytes, Bytes> openStore() {
    return usage(
        () -> {
          serveOptions.requireSenseWith(storeOptions);
          return storeOptions.open();
        });
  }

  Server startServer(KVStore<Bytes, Bytes> store) {
    return usage(() -> serveOptions.start(store, storeOptions));
  }

  /** What is logged from now on; nothing has been logged before. */
  static void logTo(String level) {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", level);
    System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
    System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd HH:mm:ss.SSSZ");
  }

  /** What the library refuses is a wrong option. */
  private <T> T usage(Callable<T> deed) {
    return usage(requireNonNull(spec), deed);
  }

  static <T> T usage(CommandSpec here, Callable<T> deed) {
    try {
      return deed.call();
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(here.commandLine(), String.valueOf(wrong.getMessage()), wrong);
    } catch (RuntimeException failed) {
      throw failed;
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The version that the jar says it has. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Options.class.getPackage().getImplementationVersion();
      return new String[] {"kvstore-server " + (version == null ? "(not packaged)" : version)};
    }
  }
}
