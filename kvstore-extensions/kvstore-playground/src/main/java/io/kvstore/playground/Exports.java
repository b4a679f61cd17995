package io.kvstore.playground;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.campaign.Cell;
import io.kvstore.testkit.draw.Drawing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.teavm.jso.JSExport;
import org.teavm.jso.JSFunctor;
import org.teavm.jso.JSObject;

/** What scripts can call. */
public final class Exports {
  private Exports() {}

  /** Nothing: all is done when it is called. */
  public static void main(String[] arguments) {}

  /** See {@link Library#calls}. */
  @JSExport
  public static String library() {
    return Library.calls();
  }

  /** See {@link Comparison#digest}. */
  @JSExport
  public static String digest(String level, String protocol) {
    return Comparison.digest(Consistency.valueOf(level), Replication.valueOf(protocol));
  }

  /** See {@link Comparison#trial}. */
  @JSExport
  public static void trial(
      String cell,
      int seed,
      int operations,
      String features,
      boolean isDurable,
      Listener listener) {
    tell(listener, () -> Comparison.trial(Cell.named(cell), seed, operations, features, isDurable));
  }

  /** See {@link CampaignSeed#play}; the level is empty for what is promised. */
  @JSExport
  public static void campaign(
      String level, String protocol, String heldTo, int seed, Listener listener) {
    Cell cell = Cell.named(protocol + "-" + level);
    tell(listener, () -> Json.of(CampaignSeed.play(cell, heldTo, seed)));
  }

  /** On a thread of its own, as turns that take time need others. */
  private static void tell(Listener listener, Supplier<String> what) {
    new Thread(
            () -> {
              String text;
              try {
                text = what.get();
              } catch (Throwable thrown) {
                text = "failed: " + thrown;
              }
              listener.hear(text);
            })
        .start();
  }

  /** A function of scripts. */
  @JSFunctor
  public interface Listener extends JSObject {
    /** Calls it. */
    void hear(String text);
  }

  // The page

  /** Sets a stage, with decisions that lie ahead. */
  @JSExport
  public static String open(String setup, String script) {
    return answer(
        () -> {
          Play fresh = new Play(Setup.parse(setup), Decision.parseAll(script));
          if (play != null) {
            play.close();
          }
          play = fresh;
        });
  }

  /** Goes on until something happens. */
  @JSExport
  public static String step() {
    return answer(() -> open().step());
  }

  /** Goes on for so many microseconds. */
  @JSExport
  public static String run(int micros) {
    return answer(() -> open().run(micros * 1_000L));
  }

  /** To where all decisions are made. */
  @JSExport
  public static String last() {
    return answer(() -> open().last());
  }

  /** To the moment before. */
  @JSExport
  public static String back() {
    return answer(() -> open().back());
  }

  /** To a moment. */
  @JSExport
  public static String jump(int moment) {
    return answer(() -> open().jump(moment));
  }

  /** Decides something. */
  @JSExport
  public static String decide(String words) {
    return answer(() -> open().decide(words));
  }

  /** The space-time diagram of what has happened. */
  @JSExport
  public static String drawing() {
    Stage stage = open().stage();
    return Drawing.of(stage.recorder())
        .title(stage.setup().protocol() + "-" + stage.setup().level())
        .events(stage.events(), Simulation.BEGINNING_NANOS)
        .svg();
  }

  /** Which levels a protocol can give, for all protocols. */
  @JSExport
  public static String cells() {
    Map<String, Object> cells = new LinkedHashMap<>();
    for (Replication protocol : Replication.values()) {
      List<String> levels = new ArrayList<>();
      for (Consistency level : Consistency.values()) {
        if (protocol.supports(level)) {
          levels.add(level.name());
        }
      }
      cells.put(protocol.name(), levels);
    }
    return Json.of(cells);
  }

  /** The script of a run that breaks a level, under some of these seeds; empty if there is none. */
  @JSExport
  public static String find(String setup, String level, int firstSeed, int seeds) {
    Search search = new Search(Setup.parse(setup), Setup.named(Consistency.values(), level));
    for (int seed = firstSeed; seed < firstSeed + seeds; seed++) {
      List<Decision> script = search.trySeed(seed);
      if (!script.isEmpty()) {
        return Decision.textOf(script);
      }
    }
    return "";
  }

  private static @Nullable Play play; // the one that the page shows

  private static Play open() {
    if (play == null) {
      throw new IllegalStateException("nothing is on the stage");
    }
    return play;
  }

  /** What there is to see afterwards; or why it could not be done. */
  private static String answer(Runnable what) {
    try {
      what.run();
      return Json.of(new Picture(open()).all());
    } catch (RuntimeException impossible) {
      return Json.of(Map.of("error", String.valueOf(impossible.getMessage())));
    }
  }
}
