package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, with what it has printed so far. */
record ServerProcess(Process process, BufferedReader out, List<String> lines)
    implements AutoCloseable {
  private static final Pattern NODE =
      Pattern.compile("node=n(\\d+) id=(\\d+) http=([^ ]+):(\\d+) memcached=([^ ]+):(\\d+)");

  /** Starts one that does little: without the compiler that takes long. */
  static ServerProcess start(Map<String, String> environment, String... arguments)
      throws IOException {
    return start(List.of("-XX:TieredStopAtLevel=1"), environment, arguments);
  }

  static ServerProcess start(List<String> jvm, Map<String, String> environment, String... arguments)
      throws IOException {
    return start(List.of(), System.getProperty("java.class.path"), jvm, environment, arguments);
  }

  /** Starts it through another command, which is to run what is behind it. */
  static ServerProcess start(
      List<String> through,
      String classPath,
      List<String> jvm,
      Map<String, String> environment,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(through);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-cp", classPath, Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    return new ServerProcess(process, out, new ArrayList<>());
  }

  /** Reads until a line begins with this. */
  String await(String begin) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      lines.add(line);
      if (line.startsWith(begin)) {
        return line;
      }
    }
    throw new AssertionError("no line begins with " + begin + ": " + lines);
  }

  /** What it prints, without what a newer JVM says of itself. */
  List<String> linesOfItsOwn() {
    return out.lines().filter(line -> !line.startsWith("WARNING: ")).toList();
  }

  InetSocketAddress address(int node, int group) {
    return lines.stream()
        .map(NODE::matcher)
        .filter(Matcher::matches)
        .filter(each -> Integer.parseInt(each.group(1)) == node)
        .map(
            each ->
                new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), Integer.parseInt(each.group(group))))
        .findFirst()
        .orElseThrow(() -> new AssertionError(lines.toString()));
  }

  InetSocketAddress http(int node) {
    return address(node, 4);
  }

  InetSocketAddress memcached(int node) {
    return address(node, 6);
  }

  int end() throws InterruptedException {
    process.toHandle().destroy(); // SIGTERM; what it prints can still be read
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
