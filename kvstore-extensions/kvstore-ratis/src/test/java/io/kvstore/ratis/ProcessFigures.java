package io.kvstore.ratis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process takes, as Linux and its JVM say.
 *
 * @param residentMiB its memory, all in all
 * @param heapMiB what is used of its heap
 * @param threads how many threads it has
 * @param diskMiB how large its directory is
 */
record ProcessFigures(long residentMiB, long heapMiB, int threads, double diskMiB) {
  private static final Pattern USED = Pattern.compile(" used (\\d+)K");

  /**
   * Looks at a process.
   *
   * @param collectFirst whether what is used of the heap is what is left by a collection
   */
  static ProcessFigures of(long pid, Path directory, boolean collectFirst)
      throws IOException, InterruptedException {
    String number = Long.toString(pid);
    if (collectFirst) {
      jcmd(number, "GC.run");
    }
    Matcher used = USED.matcher(jcmd(number, "GC.heap_info"));
    long heap = 0;
    while (used.find()) {
      heap += Long.parseLong(used.group(1));
    }
    List<String> status = Files.readAllLines(Path.of("/proc", number, "status"));
    return new ProcessFigures(
        value(status, "VmRSS:") >> 10,
        heap >> 10,
        (int) value(status, "Threads:"),
        bytesOf(directory) / (double) (1 << 20));
  }

  private static String jcmd(String... arguments) throws IOException, InterruptedException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(Stream.concat(Stream.of(tool.toString()), Stream.of(arguments)).toList())
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    // The last lines are about classes, not about the heap.
    int classes = said.indexOf("Metaspace");
    return classes < 0 ? said : said.substring(0, classes);
  }

  private static long value(List<String> status, String name) {
    String line = status.stream().filter(each -> each.startsWith(name)).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", ""));
  }

  private static long bytesOf(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      long bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += sizeOf(file);
      }
      return bytes;
    } catch (java.io.UncheckedIOException deletedMeanwhile) {
      return 0;
    }
  }

  private static long sizeOf(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException deletedMeanwhile) {
      return 0;
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d MiB resident, %d MiB of heap used, %d threads, %.0f MiB on disk",
        residentMiB,
        heapMiB,
        threads,
        diskMiB);
  }
}
