package io.kvstore.examples.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A run of the command: what it printed, and how it ended. */
record Command(int code, String out, String err) {
  static Command run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Scenario.run(
            arguments, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    return new Command(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  /** A file with this content. */
  static String file(Path folder, String json) {
    try {
      return Files.writeString(folder.resolve("scenario.json"), json).toString();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
