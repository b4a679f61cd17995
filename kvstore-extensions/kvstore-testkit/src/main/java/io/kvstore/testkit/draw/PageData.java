package io.kvstore.testkit.draw;

import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.history.History;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** A picture as the JSON that the page's script reads. */
final class PageData {
  private final Picture picture;
  private final String title;
  private final String replay;
  private final Map<String, Verdict> levels;

  PageData(Picture picture, String title, String replay, Map<String, Verdict> levels) {
    this.picture = picture;
    this.title = title;
    this.replay = replay;
    this.levels = levels;
  }

  String json() {
    return "{\"title\":"
        + text(title)
        + ",\"replay\":"
        + text(replay)
        + ",\"promise\":"
        + text(picture.promise())
        + ",\"reason\":"
        + text(picture.reason())
        + ",\"levels\":"
        + levels()
        + ",\"clients\":"
        + list(picture.clients().stream().map(PageData::client).toList())
        + ",\"nodes\":"
        + picture.nodes()
        + ",\"names\":"
        + list(picture.nodes().stream().map(Picture::nameOf).map(PageData::text).toList())
        + ",\"legend\":"
        + list(Legend.of(picture).stream().map(PageData::legend).toList())
        + ",\"unit\":"
        + picture.axis().unit()
        + ",\"times\":"
        + times()
        + ",\"places\":"
        + places()
        + ",\n\"bars\":"
        + list(picture.bars().stream().map(PageData::bar).toList())
        + ",\n\"arrows\":"
        + list(picture.arrows().stream().map(PageData::arrow).toList())
        + ",\n\"bands\":"
        + list(picture.bands().stream().map(PageData::band).toList())
        + ",\n\"marks\":"
        + list(picture.marks().stream().map(PageData::mark).toList())
        + "}";
  }

  private static String client(Picture.Client client) {
    return "[" + text(client.name()) + "," + client.rows() + "]";
  }

  private static String legend(Legend.Entry entry) {
    return "[" + text(entry.sign()) + "," + text(entry.meaning()) + "]";
  }

  private String levels() {
    StringJoiner all = new StringJoiner(",", "[", "]");
    levels.forEach(
        (name, verdict) -> {
          String state =
              verdict instanceof Verdict.Holds
                  ? "holds"
                  : verdict instanceof Verdict.Broken ? "broken" : "undecided";
          all.add("[" + text(name) + "," + text(state) + "," + text(verdict.toString()) + "]");
        });
    return all.toString();
  }

  private String times() {
    StringJoiner all = new StringJoiner(",", "[", "]");
    for (long time : picture.axis().times()) {
      all.add(Long.toString(time));
    }
    return all.toString();
  }

  private String places() {
    StringJoiner all = new StringJoiner(",", "[", "]");
    for (double place : picture.axis().places()) {
      all.add(String.format(Locale.ROOT, "%.2f", place));
    }
    return all.toString();
  }

  private static String bar(Picture.Bar bar) {
    return "["
        + bar.client()
        + ","
        + bar.row()
        + ","
        + bar.from()
        + ","
        + end(bar.to())
        + ","
        + text(bar.caption())
        + ","
        + text(bar.text())
        + ","
        + text(Bars.colourOf(bar.kind()))
        + ","
        + text(bar.outcome().toString())
        + ","
        + list(bar.keys().stream().distinct().map(PageData::text).toList())
        + ","
        + (bar.isInConflict() ? 1 : 0)
        + ","
        + bar.place()
        + "]";
  }

  private static long end(long time) {
    return time == History.NEVER ? -1 : time;
  }

  private static String arrow(Picture.Arrow arrow) {
    return "["
        + arrow.from()
        + ","
        + arrow.to()
        + ","
        + arrow.sent()
        + ","
        + arrow.arrived()
        + ","
        + text(arrow.kind())
        + ","
        + text(arrow.text())
        + ","
        + text(arrow.fate())
        + "]";
  }

  private static String band(Picture.Band band) {
    return "["
        + text(band.kind())
        + ","
        + band.node()
        + ","
        + band.from()
        + ","
        + end(band.to())
        + ","
        + text(band.label())
        + ","
        + text(band.text())
        + "]";
  }

  private static String mark(Picture.Mark mark) {
    return "["
        + mark.node()
        + ","
        + mark.time()
        + ","
        + text(mark.label())
        + ","
        + text(mark.text())
        + "]";
  }

  private static String list(Collection<String> parts) {
    return "[" + String.join(",", parts) + "]";
  }

  /** A text as JSON that can stand within a page: nothing in it ends the script. */
  static String text(String value) {
    StringBuilder json = new StringBuilder(value.length() + 2).append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c == '\n') {
        json.append("\\n");
      } else if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029') {
        json.append(String.format("\\u%04x", (int) c));
      } else if (Character.isSurrogate(c) && !isPaired(value, i)) {
        json.append("\\ufffd");
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  private static boolean isPaired(String value, int i) {
    return Character.isHighSurrogate(value.charAt(i))
        ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
  }
}
