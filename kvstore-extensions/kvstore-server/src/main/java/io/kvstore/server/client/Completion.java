package io.kvstore.server.client;

import io.kvstore.Bytes;
import io.kvstore.server.transfer.EntryLine;
import java.util.List;
import java.util.Set;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.JsonNode;

/** What may stand where the cursor is: commands, their options, keys, nodes and tables. */
final class Completion implements Completer {
  private static final int MOST_KEYS = 50;
  private static final Set<String> OF_KEYS = Set.of("get", "put", "remove", "scan", "watch");
  private static final Set<String> OF_NODES = Set.of("crash", "restart");

  private final CommandLine commands;
  private final Remote remote;

  Completion(CommandLine commands, Remote remote) {
    this.commands = commands;
    this.remote = remote;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    if (line.wordIndex() == 0 || line.words().get(0).equals("help")) {
      commands
          .getSubcommands()
          .forEach((name, command) -> candidates.add(candidate(name, command.getCommandSpec())));
      return;
    }
    CommandLine command = commands.getSubcommands().get(line.words().get(0));
    if (command == null) {
      return;
    }
    String before = line.words().get(line.wordIndex() - 1);
    String word = line.word().substring(0, line.wordCursor());
    try {
      if (word.startsWith("-")) {
        addOptions(command.getCommandSpec(), candidates);
      } else if (before.equals("--in")) {
        addTables(candidates);
      } else if (line.wordIndex() == 1) {
        addSubjects(command.getCommandName(), word, candidates);
      }
    } catch (Trouble unknown) {
      // There is nothing to choose from: the command itself will say why.
    }
  }

  private static Candidate candidate(String name, CommandSpec command) {
    String[] description = command.usageMessage().description();
    String about = description.length == 0 ? null : description[0].replaceFirst("[.:].*", "");
    return new Candidate(name, name, null, about, null, null, true);
  }

  private static void addOptions(CommandSpec command, List<Candidate> candidates) {
    for (OptionSpec option : command.options()) {
      String[] description = option.description();
      String about =
          description.length == 0 ? null : description[0].replaceFirst(" \\(\\$\\{.*", "");
      candidates.add(
          new Candidate(option.longestName(), option.longestName(), null, about, null, null, true));
    }
  }

  private void addSubjects(String command, String word, List<Candidate> candidates) throws Trouble {
    if (OF_KEYS.contains(command)) {
      addKeys(word, candidates);
    } else if (OF_NODES.contains(command)) {
      for (JsonNode node : remote.expect(remote.get("/status"), 200).json().path("nodes")) {
        candidates.add(new Candidate(node.path("node").asString("")));
      }
    }
  }

  private void addKeys(String prefix, List<Candidate> candidates) throws Trouble {
    String path = "/entries?prefix64=" + Remote.base64(Bytes.of(prefix)) + "&limit=" + MOST_KEYS;
    for (EntryLine entry : EntryPage.read(remote, path).entries()) {
      String key = entry.key().toText();
      if (Screen.shown(key).equals(key)) {
        candidates.add(new Candidate(key));
      }
    }
  }

  private void addTables(List<Candidate> candidates) throws Trouble {
    for (JsonNode table : remote.expect(remote.get("/tables"), 200).json().path("tables")) {
      candidates.add(new Candidate(table.asString("")));
    }
  }
}
