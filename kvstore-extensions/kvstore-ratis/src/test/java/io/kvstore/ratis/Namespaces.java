package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Machines on this machine: network namespaces, each with an address of its own on one bridge. Only
 * root can make them.
 */
final class Namespaces {
  private static final String BRIDGE = "kvratis";
  private static final String NET = "10.213.77.";

  private final int machines;

  private Namespaces(int machines) {
    this.machines = machines;
  }

  /** Whether they can be made here. */
  static boolean areAllowed() throws InterruptedException {
    return isDone("ip", "netns", "add", BRIDGE + "try")
        && isDone("ip", "netns", "del", BRIDGE + "try");
  }

  static Namespaces make(int machines) throws IOException, InterruptedException {
    Namespaces made = new Namespaces(machines);
    made.remove(); // what an earlier run has left
    run("ip", "link", "add", BRIDGE, "type", "bridge");
    run("ip", "addr", "add", NET + "254/24", "dev", BRIDGE);
    run("ip", "link", "set", BRIDGE, "up");
    for (int i = 1; i <= machines; i++) {
      run("ip", "netns", "add", name(i));
      run("ip", "link", "add", name(i), "type", "veth", "peer", "name", "eth0", "netns", name(i));
      run("ip", "link", "set", name(i), "master", BRIDGE, "up");
      run("ip", "-n", name(i), "addr", "add", NET + i + "/24", "dev", "eth0");
      run("ip", "-n", name(i), "link", "set", "eth0", "up");
      run("ip", "-n", name(i), "link", "set", "lo", "up");
    }
    return made;
  }

  private static String name(int machine) {
    return BRIDGE + machine;
  }

  /** Members n1, n2 and so on, one on each machine. */
  String[] peers() {
    String[] peers = new String[machines];
    for (int i = 1; i <= machines; i++) {
      peers[i - 1] = "n" + i + "=" + NET + i + ":7001";
    }
    return peers;
  }

  /** A file with the names of all machines. */
  Path hostsFile(Path directory) throws IOException {
    Path file = directory.resolve("hosts");
    StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
    for (int i = 1; i <= machines; i++) {
      lines.append(NET).append(i).append(" n").append(i).append("\n");
    }
    return Files.writeString(file, lines);
  }

  /** What starts a command on a machine. */
  List<String> on(int machine) {
    return List.of("ip", "netns", "exec", name(machine));
  }

  /** Cuts a machine off from all others: what it sends, and is sent, is lost without a word. */
  void cut(int machine) throws IOException, InterruptedException {
    run("ip", "link", "set", name(machine), "nomaster");
  }

  void heal(int machine) throws IOException, InterruptedException {
    run("ip", "link", "set", name(machine), "master", BRIDGE);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + said).isZero();
  }

  private static boolean isDone(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }

  /** Takes them away. */
  void remove() throws InterruptedException {
    for (int i = 1; i <= machines; i++) {
      isDone("ip", "netns", "del", name(i));
      isDone("ip", "link", "del", name(i));
    }
    isDone("ip", "link", "del", BRIDGE);
  }
}
