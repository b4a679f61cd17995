package io.kvstore.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Consumer;

/** What a program has printed. */
record Transcript(List<String> lines) {
  static Transcript of(Consumer<PrintStream> program) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    program.accept(new PrintStream(bytes, true, UTF_8));
    return new Transcript(bytes.toString(UTF_8).lines().toList());
  }

  /** The outcomes of what a client did, in order: what stands in the column behind it. */
  List<String> outcomesOf(String client, String what) {
    String start = "ms  " + "%-12s %-22s ".formatted(client, what);
    return lines.stream()
        .filter(line -> line.contains(start))
        .map(line -> line.substring(line.indexOf(start) + start.length()))
        .map(rest -> rest.split("  ", 2)[0].strip())
        .toList();
  }

  /** What stands behind a text, in the one line that has it. */
  String after(String text) {
    List<String> found = lines.stream().filter(line -> line.contains(text)).toList();
    if (found.size() != 1) {
      throw new AssertionError("'" + text + "' stands in " + found.size() + " lines of " + lines);
    }
    return found.get(0).substring(found.get(0).indexOf(text) + text.length()).strip();
  }
}
