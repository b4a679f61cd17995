package io.kvstore.server;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Where options are looked up that are not on the command line: the environment, then a file. */
final class OptionSources implements IDefaultValueProvider {
  private static final String CONFIG = "--config";
  private static final String PREFIX = "KVSTORE_";

  private final Map<String, String> environment;
  private final List<String> arguments;
  private @Nullable Properties file;

  OptionSources(Map<String, String> environment, String... arguments) {
    this.environment = environment;
    this.arguments = List.of(arguments);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
      return null;
    }
    String name = option.longestName();
    String variable = environment.get(variableOf(name));
    if (variable != null || name.equals(CONFIG)) {
      return variable;
    }
    return file(option).getProperty(name.substring(2));
  }

  static String variableOf(String option) {
    return PREFIX + option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /**
   * The file, read once: the option that names it has been parsed, or stands in the environment.
   */
  private Properties file(OptionSpec option) {
    Properties known = file;
    if (known == null) {
      known = read(option.command());
      file = known;
    }
    return known;
  }

  private Properties read(CommandSpec command) {
    Properties read = new Properties();
    Path named = named();
    if (named == null) {
      return read;
    }
    try (Reader lines = Files.newBufferedReader(named)) {
      read.load(lines);
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new ParameterException(
          command.commandLine(), "--config: cannot read " + named, unreadable);
    }
    for (String name : read.stringPropertyNames()) {
      if (!isOption(command.root(), name) || CONFIG.equals("--" + name)) {
        throw new ParameterException(
            command.commandLine(), "--config: " + named + " has an unknown option '" + name + "'");
      }
    }
    return read;
  }

  /** Whether the process, or a command of it, has an option of this name. */
  private static boolean isOption(CommandSpec root, String name) {
    return root.findOption("--" + name) != null
        || root.subcommands().values().stream()
            .anyMatch(command -> command.getCommandSpec().findOption("--" + name) != null);
  }

  /** The file that is named: defaults are asked for before the command line has been parsed. */
  private @Nullable Path named() {
    String name = environment.get(variableOf(CONFIG));
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith(CONFIG + '=')) {
        name = argument.substring(CONFIG.length() + 1);
      } else if (argument.equals(CONFIG) && i + 1 < arguments.size()) {
        name = arguments.get(i + 1);
      }
    }
    return name == null ? null : Path.of(name);
  }
}
