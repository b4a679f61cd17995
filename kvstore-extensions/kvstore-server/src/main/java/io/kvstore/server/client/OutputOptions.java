package io.kvstore.server.client;

import picocli.CommandLine.Option;

/** How a command shows what it has found. */
final class OutputOptions {
  @Option(names = "--json", description = "Print JSON, one object a line, for programs.")
  private boolean json;

  @Option(
      names = "--no-color",
      description = "No colours; there are none either if NO_COLOR is set, or on no terminal.")
  private boolean noColor;

  boolean isJson() {
    return json;
  }

  boolean hasColours() {
    return !noColor;
  }
}
