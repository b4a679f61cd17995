package io.kvstore.server.client;

import picocli.CommandLine;

/** The commands that ask a running server once. */
public final class OneShotCommands {
  private OneShotCommands() {}

  /** Makes them commands of the process. */
  public static void addTo(CommandLine process) {
    process
        .addSubcommand(new GetCommand())
        .addSubcommand(new PutCommand())
        .addSubcommand(new RemoveCommand())
        .addSubcommand(new ScanCommand())
        .addSubcommand(new WatchCommand())
        .addSubcommand(new StatusCommand())
        .addSubcommand(new NodesCommand())
        .addSubcommand(new FaultCommand.Crash())
        .addSubcommand(new FaultCommand.Restart())
        .addSubcommand(new BenchCommand());
  }
}
