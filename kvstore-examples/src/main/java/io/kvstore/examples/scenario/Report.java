package io.kvstore.examples.scenario;

import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.draw.Drawing;
import io.kvstore.testkit.history.History;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** All that a run has shown, as one page that needs nothing but itself. */
final class Report {
  private static final DateTimeFormatter MINUTES =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm xxx", Locale.ROOT);
  private static final String AS_HIGH_AS_ITS_PAGE =
      "this.style.height = this.contentDocument.documentElement.scrollHeight + 2 + 'px'";
  private static final int MOST_DRAWN = 400;
  private static final int HEIGHT_OF_A_FRAME = 350;
  private static final int HEIGHT_OF_A_CLIENT = 34;

  private final ScenarioFile file;
  private final Script script;
  private final List<Judgement> judgements;
  private final String command;

  Report(ScenarioFile file, Script script, List<Judgement> judgements, String command) {
    this.file = file;
    this.script = script;
    this.judgements = judgements;
    this.command = command;
  }

  String html() {
    StringBuilder timelines = new StringBuilder();
    judgements.forEach(judgement -> timelines.append(timeline(judgement)));
    return resource("report.html")
        .replace("/* style */", resource("report.css"))
        .replace("<!-- title -->", escape("Scenario " + file.name()))
        .replace("<!-- description -->", escape(file.description()))
        .replace("<!-- setting -->", escape(setting()))
        .replace("<!-- command -->", escape(command))
        .replace("<!-- promises -->", promises())
        .replace("<!-- circumstances -->", escape(circumstances()))
        .replace("<!-- chart -->", judgements.size() > 1 ? chart() : "")
        .replace("<!-- figures -->", table(Tables.figures(judgements)))
        .replace("<!-- verdicts -->", table(Tables.verdicts(judgements)))
        .replace("<!-- timelines -->", timelines);
  }

  private String setting() {
    return String.format(
        Locale.ROOT,
        "%d servers, %d clients, %,d steps",
        file.servers(),
        script.parts().size(),
        script.steps());
  }

  /** When and where the numbers were taken: without that they say nothing. */
  private static String circumstances() {
    return String.format(
        Locale.ROOT,
        "%s, %s %s with %d processors, Java %s (%s)",
        ZonedDateTime.now(ZoneId.systemDefault()).format(MINUTES),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"),
        System.getProperty("java.vm.name"));
  }

  private String chart() {
    return "<h2>The levels beside each other</h2>\n" + new Chart(judgements).svg();
  }

  private String promises() {
    StringBuilder html = new StringBuilder();
    for (Judgement judgement : judgements) {
      boolean isKept = judgement.isPromiseKept();
      html.append("<li class=\"").append(isKept ? "kept" : "not").append("\">");
      html.append(isKept ? "✓ " : "✗ ").append(escape(judgement.promiseInASentence()));
      html.append("</li>\n");
    }
    return html.toString();
  }

  private static String table(List<List<String>> rows) {
    StringBuilder html = new StringBuilder("<table>\n");
    for (int row = 0; row < rows.size(); row++) {
      html.append("<tr>");
      for (int column = 0; column < rows.get(row).size(); column++) {
        String cell = rows.get(row).get(column);
        String tag = row == 0 ? "th" : "td";
        html.append('<').append(tag);
        html.append(" class=\"");
        html.append(Tables.isOfNumbers(rows, column) ? "number" : classOf(cell)).append("\">");
        html.append(escape(cell)).append("</").append(tag).append('>');
      }
      html.append("</tr>\n");
    }
    return html.append("</table>\n").toString();
  }

  private static String classOf(String cell) {
    return cell.replace(' ', '-').replace("?", "");
  }

  // Timelines

  private String timeline(Judgement judgement) {
    History history = judgement.outcome().history();
    History drawn = part(judgement, history);
    String level = judgement.outcome().levelName();
    String page =
        Drawing.of(drawn)
            .title(judgement.promiseInASentence())
            .replay(command)
            .levels(judgement.byName())
            .disturbances(judgement.outcome().disturbances())
            .html();
    StringBuilder html = new StringBuilder("<h3>").append(level).append("</h3>\n");
    if (drawn.size() < history.size()) {
      html.append(
          String.format(
              Locale.ROOT, "<p>%,d of %,d operations</p>%n", drawn.size(), history.size()));
    }
    html.append("<iframe title=\"Timeline, ").append(level);
    html.append("\" style=\"height: ");
    html.append(HEIGHT_OF_A_FRAME + script.parts().size() * HEIGHT_OF_A_CLIENT);
    html.append("px\" onload=\"").append(AS_HIGH_AS_ITS_PAGE);
    html.append("\" srcdoc=\"").append(escape(page)).append("\"></iframe>\n");
    if (history.size() <= MOST_DRAWN) {
      html.append("<details><summary>What each client saw</summary><pre>");
      html.append(escape(String.join("\n", Sightings.of(history, script))));
      html.append("</pre></details>\n");
    }
    return html.toString();
  }

  /** As much as a person can look at: the beginning, or what is around the broken spot. */
  private static History part(Judgement judgement, History history) {
    if (history.size() <= MOST_DRAWN) {
      return history;
    }
    long spot =
        judgement.verdicts().values().stream()
            .filter(Broken.class::isInstance)
            .map(Broken.class::cast)
            .flatMap(broken -> broken.conflict().stream().limit(1))
            .mapToLong(operation -> operation.invoked())
            .findFirst()
            .orElse(Long.MIN_VALUE);
    int at = 0;
    while (at < history.size() && history.invoked(at) < spot) {
      at++;
    }
    int first = Math.max(0, Math.min(at - MOST_DRAWN / 2, history.size() - MOST_DRAWN));
    return history.only(i -> i >= first && i < first + MOST_DRAWN);
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Report.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
