package io.kvstore.testkit.draw;

import io.kvstore.core.trace.TraceEvent;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.history.Disturbance;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.record.Asked;
import io.kvstore.testkit.record.Recorder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A picture of what happened: what clients asked and were answered, and, where they are known, the
 * messages between the replicas and the faults that they had.
 *
 * <pre>{@code
 * Drawing.of(recorder)
 *     .title("A write that was lost")
 *     .levels(Map.of("linearizable", verdict))
 *     .write(Path.of("target/lost"));                  // lost.html, lost.svg, lost.log
 * }</pre>
 *
 * <p>Immutable: each method returns a new drawing.
 */
public final class Drawing {
  private final History history;
  private final String title;
  private final String replay;
  private final Map<String, Verdict> levels;
  private final List<TraceEvent> events;
  private final long beginning;
  private final List<Disturbance> disturbances;
  private final List<Asked> asked;

  private Drawing(
      History history,
      String title,
      String replay,
      Map<String, Verdict> levels,
      List<TraceEvent> events,
      long beginning,
      List<Disturbance> disturbances,
      List<Asked> asked) {
    this.history = history;
    this.title = title;
    this.replay = replay;
    this.levels = levels;
    this.events = events;
    this.beginning = beginning;
    this.disturbances = disturbances;
    this.asked = asked;
  }

  /** A drawing of what clients saw. */
  public static Drawing of(History history) {
    return new Drawing(history, "A history", "", Map.of(), List.of(), 0, List.of(), List.of());
  }

  /** A drawing of what was recorded: what clients saw, under their names, and what went wrong. */
  public static Drawing of(Recorder recorder) {
    return of(recorder.history()).asked(recorder.asked()).disturbances(recorder.disturbances());
  }

  /** The same with the names of clients; else they are called by the numbers of the history. */
  public Drawing asked(List<Asked> names) {
    return new Drawing(
        history, title, replay, levels, events, beginning, disturbances, List.copyOf(names));
  }

  /** The same under this title. */
  public Drawing title(String text) {
    return new Drawing(history, text, replay, levels, events, beginning, disturbances, asked);
  }

  /** The same with the command that does all of it again. */
  public Drawing replay(String command) {
    return new Drawing(history, title, command, levels, events, beginning, disturbances, asked);
  }

  /**
   * The same with what the checkers say, level by level, in the order of the map. The first verdict
   * that is broken is shown in the picture.
   */
  public Drawing levels(Map<String, Verdict> verdicts) {
    return new Drawing(
        history,
        title,
        replay,
        new LinkedHashMap<>(verdicts),
        events,
        beginning,
        disturbances,
        asked);
  }

  /**
   * The same with what happened inside of the store.
   *
   * @param inside what a {@link io.kvstore.core.trace.Trace} was told
   * @param timeOfStart the time of the events, in nanoseconds, that is 0 in the history
   */
  public Drawing events(List<TraceEvent> inside, long timeOfStart) {
    return new Drawing(
        history, title, replay, levels, List.copyOf(inside), timeOfStart, disturbances, asked);
  }

  /** The same with what was done to nodes and links. */
  public Drawing disturbances(List<Disturbance> disturbances) {
    return new Drawing(
        history, title, replay, levels, events, beginning, List.copyOf(disturbances), asked);
  }

  /** One page with everything in it, for a browser. */
  public String html() {
    return resource("drawing.html")
        .replace("/* style */", resource("drawing.css"))
        .replace("/* data */", new PageData(picture(), title, replay, levels).json())
        .replace("/* script */", resource("drawing.js"));
  }

  /** A picture without a script, for documents. */
  public String svg() {
    return new Svg(picture(), title, replay, levels).text();
  }

  /** The messages as a log for ShiViz, which draws them too. */
  public String shiviz() {
    return new ShiViz(events, beginning).log();
  }

  /**
   * Writes the page, the SVG and, where messages are known, the log: beside each other, with these
   * endings.
   *
   * @return the page
   */
  public Path write(Path withoutEnding) {
    Path page = ending(withoutEnding, ".html");
    try {
      Path folder = page.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(page, html());
      Files.writeString(ending(withoutEnding, ".svg"), svg());
      if (!events.isEmpty()) {
        Files.writeString(ending(withoutEnding, ".log"), shiviz());
      }
    } catch (IOException failed) {
      throw new UncheckedIOException("the drawing cannot be written: " + page, failed);
    }
    return page;
  }

  private static Path ending(Path path, String ending) {
    return path.resolveSibling(path.getFileName() + ending);
  }

  private Picture picture() {
    return new Picture(history, new Names(asked), levels, events, beginning, disturbances);
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Drawing.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
