package io.kvstore.server.client;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What an operator does to a node, at the administration address. */
abstract class FaultCommand extends ClientCommand {
  private static final byte[] NOTHING = {};

  private final String past;

  @Parameters(paramLabel = "NODE", description = "The node, by its name (n1) or its id.")
  private String node = "";

  private FaultCommand(String past) {
    this.past = past;
  }

  @Override
  final int run(Screen screen) throws IOException {
    Remote remote = administration();
    String path = "/admin/nodes/" + Remote.segment(node) + "/" + spec().name();
    Reply reply = remote.send("POST", path, NOTHING);
    if (reply.status() == 404) {
      throw new Trouble(Trouble.NOT_SO, reply.error());
    }
    Reply unused = remote.expect(reply, 200);
    if (isJson()) {
      screen.line(
          Reply.JSON.writeValueAsString(
              Reply.JSON.createObjectNode().put("node", node).put("done", spec().name())));
    } else {
      screen.line(node + " " + past);
    }
    return 0;
  }

  /** {@code crash}: a node stops at once, without its memory. */
  @Command(
      name = "crash",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      usageHelpAutoWidth = true,
      description = {
        "Stops a node at once, without its memory. Needs the administration address; a store across"
            + " machines refuses it: there, end the process of the member."
      },
      footer = {"", Trouble.CODES})
  static final class Crash extends FaultCommand {
    Crash() {
      super("is stopped, and has lost its memory");
    }
  }

  /** {@code restart}: a node that was stopped runs again. */
  @Command(
      name = "restart",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      usageHelpAutoWidth = true,
      description = {
        "Starts a node again that was stopped. Needs the administration address; a store across"
            + " machines refuses it: there, start the process of the member."
      },
      footer = {"", Trouble.CODES})
  static final class Restart extends FaultCommand {
    Restart() {
      super("runs again");
    }
  }
}
