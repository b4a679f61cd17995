package io.kvstore.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** A process that runs the compiled script. */
final class Node implements AutoCloseable {
  private static final Path SCRIPT = Path.of("target/kvstore.js").toAbsolutePath();

  /** Reads an expression in each line, and answers in a line with its value. */
  private static final String LOOP =
      """
      globalThis.navigator ??= { hardwareConcurrency: 1 };
      const kvstore = require(process.argv[1]);
      const lines = require('readline').createInterface({ input: process.stdin });
      (async () => {
        for await (const line of lines) {
          let said;
          try {
            said = String(await eval(Buffer.from(line, 'base64').toString()));
          } catch (thrown) {
            said = 'thrown: ' + thrown.stack;
          }
          console.log(Buffer.from(said).toString('base64'));
        }
      })();
      """;

  private final Process process;

  private Node(Process process) {
    this.process = process;
  }

  /** The process; where there is no Node, the tests are skipped. */
  static Node orSkip() {
    assumeTrue(Files.exists(SCRIPT), "skipped: the script is not compiled, " + SCRIPT);
    try {
      return new Node(
          new ProcessBuilder("node", "--stack-size=4000", "-e", LOOP, SCRIPT.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    } catch (IOException missing) {
      assumeTrue(false, "skipped: there is no node, " + missing.getMessage());
      throw new IllegalStateException(missing);
    }
  }

  /** The value of an expression, as text. */
  String eval(String expression) throws IOException {
    String line = Base64.getEncoder().encodeToString(expression.getBytes(UTF_8));
    process.getOutputStream().write((line + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
    String said = process.inputReader(UTF_8).readLine();
    if (said == null) {
      throw new IOException("node has ended: " + expression);
    }
    return new String(Base64.getDecoder().decode(said), UTF_8);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
