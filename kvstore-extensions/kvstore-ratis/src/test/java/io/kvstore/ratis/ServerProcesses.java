package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Three processes of the stand-alone server, members of one store. */
final class ServerProcesses implements AutoCloseable {
  private final Path directory = Directories.make();
  private final String[] peers = RatisEngine.freeLoopbackPeers(3);
  private final List<Process> processes = new ArrayList<>();
  private final List<String> said = new ArrayList<>(); // by each, until it was ready

  /** Starts them. */
  ServerProcesses(List<String> options) throws IOException {
    for (int member = 1; member <= peers.length; member++) {
      processes.add(start(member, options));
    }
    for (Process process : processes) {
      Conversation lines = new Conversation(process);
      StringBuilder all = new StringBuilder();
      String line = lines.next();
      while (!line.startsWith("ready engine=ratis")) {
        assertThat(line).as("after %s", all).isNotEqualTo("null"); // it has ended
        all.append(line).append('\n');
        line = lines.next();
      }
      said.add(all.toString());
    }
  }

  /** What runs the program with these arguments. */
  static ProcessBuilder program(List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                OwnJvm.java(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                OwnJvm.classPath(),
                "io.kvstore.server.Main"));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }

  private Process start(int member, List<String> options) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--engine",
                "ratis",
                "--id",
                "n" + member,
                "--peers",
                String.join(",", peers),
                "--storage",
                directory.resolve("n" + member).toString(),
                "--http",
                "0",
                "--memcached",
                "0",
                "--timeout",
                "60s",
                "--failover",
                "2s", // where other tests run at the same time, a process may pause for long
                "--log",
                "error"));
    arguments.addAll(options);
    return program(arguments)
        .redirectError(directory.resolve("n" + member + ".log").toFile())
        .start();
  }

  String[] peers() {
    return peers;
  }

  /** Where a member is asked over HTTP. */
  String http(int member) {
    return address(" http=", member);
  }

  /** Where a member is asked by memcached's clients. */
  String memcached(int member) {
    return address(" memcached=", member);
  }

  /** Where operators ask a member, if it was told that they may. */
  String admin(int member) {
    return address("admin=", member);
  }

  private String address(String name, int member) {
    String lines = said.get(member - 1);
    Matcher matcher = Pattern.compile(name + "([^\\s,]+)").matcher(lines);
    assertThat(matcher.find()).as(lines).isTrue();
    return matcher.group(1);
  }

  /** Ends a process with SIGKILL. */
  void kill(int member) {
    processes.get(member - 1).toHandle().destroyForcibly();
  }

  @Override
  public void close() throws IOException {
    processes.forEach(process -> process.toHandle().destroyForcibly());
    processes.forEach(process -> process.onExit().join());
    Directories.delete(directory);
  }
}
