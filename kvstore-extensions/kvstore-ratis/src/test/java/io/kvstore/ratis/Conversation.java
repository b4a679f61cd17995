package io.kvstore.ratis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Lines that a process is told, and answers one by one. */
final class Conversation {
  private final BufferedReader from;
  private final Writer to;

  Conversation(Process process) {
    from =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    to = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** The next line that the process says. */
  String next() throws IOException {
    return String.valueOf(from.readLine());
  }

  String ask(String line) throws IOException {
    to.write(line + "\n");
    to.flush();
    return next();
  }

  /** In the process: answers until nothing more is said. */
  static void hold(UnaryOperator<String> answer) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(answer.apply(line));
    }
  }
}
