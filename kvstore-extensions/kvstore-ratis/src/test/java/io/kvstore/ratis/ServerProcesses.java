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
  private static final Pattern MEMCACHED = Pattern.compile("memcached=(\\S+)");

  private final Path directory = Directories.make();
  private final List<Process> processes = new ArrayList<>();
  private final List<String> firstLines = new ArrayList<>();

  ServerProcesses() throws IOException {
    String[] peers = RatisEngine.freeLoopbackPeers(3);
    for (int member = 1; member <= peers.length; member++) {
      processes.add(start(member, peers));
    }
    for (Process process : processes) {
      Conversation lines = new Conversation(process);
      firstLines.add(lines.next());
      assertThat(lines.next()).startsWith("ready engine=ratis");
    }
  }

  private Process start(int member, String[] peers) throws IOException {
    return new ProcessBuilder(
            OwnJvm.java(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            OwnJvm.classPath(),
            "io.kvstore.server.Main",
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
            "20s",
            "--log",
            "error")
        .redirectError(directory.resolve("n" + member + ".log").toFile())
        .start();
  }

  /** Where a member is asked by memcached's clients. */
  String memcached(int member) {
    Matcher matcher = MEMCACHED.matcher(firstLines.get(member - 1));
    assertThat(matcher.find()).as(firstLines.get(member - 1)).isTrue();
    return matcher.group(1).split(",", 2)[0];
  }

  @Override
  public void close() throws IOException {
    processes.forEach(process -> process.toHandle().destroyForcibly());
    processes.forEach(process -> process.onExit().join());
    Directories.delete(directory);
  }
}
