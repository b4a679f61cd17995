package io.kvstore.testkit.draw;

import io.kvstore.testkit.draw.Picture.Band;
import io.kvstore.testkit.draw.Picture.Bar;
import io.kvstore.testkit.draw.Picture.Mark;
import io.kvstore.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What the signs of a picture mean, of those that are in it. */
final class Legend {
  /**
   * One sign.
   *
   * @param sign its name: a colour, or the kind of a line or a box
   */
  record Entry(String sign, String meaning) {}

  private final Picture picture;
  private final List<Entry> entries = new ArrayList<>();

  private Legend(Picture picture) {
    this.picture = picture;
  }

  static List<Entry> of(Picture picture) {
    Legend legend = new Legend(picture);
    legend.addBars();
    legend.addNodes();
    return legend.entries;
  }

  private void addBars() {
    bar("read", "read", bar -> Bars.colourOf(bar.kind()).equals("read"));
    bar("write", "write", bar -> Bars.colourOf(bar.kind()).equals("write"));
    bar("cas", "compare-and-set", bar -> Bars.colourOf(bar.kind()).equals("cas"));
    bar("delete", "removal", bar -> Bars.colourOf(bar.kind()).equals("delete"));
    bar("unknown", "? no answer: may have been done", bar -> bar.outcome() == Outcome.UNKNOWN);
    bar("failed", "✗ refused: was not done", bar -> bar.outcome() == Outcome.FAIL);
    bar("conflict", "these cannot all be", Bar::isInConflict);
    bar("place", "the order that was found, as far as it went", bar -> bar.place() > 0);
  }

  private void bar(String sign, String meaning, Predicate<Bar> has) {
    if (picture.bars().stream().anyMatch(has)) {
      entries.add(new Entry(sign, meaning));
    }
  }

  private void addNodes() {
    if (picture.arrows().stream().anyMatch(arrow -> arrow.fate().isEmpty())) {
      entries.add(new Entry("message", "message"));
    }
    if (picture.arrows().stream().anyMatch(arrow -> !arrow.fate().isEmpty())) {
      entries.add(new Entry("lost", "message that is lost"));
    }
    band("down", "node is down");
    band("paused", "node is paused");
    band("cut", "✂ node hears nothing of those");
    band("clock", "clock is wrong");
    band("link", "link to the node is bad");
    band("links", "all links are like this");
    if (picture.marks().stream().map(Mark::node).anyMatch(node -> node == Picture.EVERYWHERE)) {
      entries.add(new Entry("view", "change of the view"));
    }
    if (picture.marks().stream().map(Mark::node).anyMatch(node -> node != Picture.EVERYWHERE)) {
      entries.add(new Entry("serves", "node begins to serve in it"));
    }
  }

  private void band(String kind, String meaning) {
    if (picture.bands().stream().map(Band::kind).anyMatch(kind::equals)) {
      entries.add(new Entry(kind, meaning));
    }
  }
}
