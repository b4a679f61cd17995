package io.kvstore.playground;

import io.kvstore.core.trace.TraceEvent;
import java.util.List;

/** What happened, in a sentence. */
final class Sentence {
  private static final int LONGEST = 160;

  private static final List<String> USUAL =
      List.of(
          ", flags=0",
          ", lifetimeNanos=0",
          ", expiresAt=" + Long.MAX_VALUE,
          ", context=null",
          ", storedBefore=null",
          " condition=Always[],",
          "change=");

  private Sentence() {}

  static String of(TraceEvent event) {
    String text;
    if (event instanceof TraceEvent.Sent its) {
      text = its.from() + " sends " + its.to() + " " + its.message();
    } else if (event instanceof TraceEvent.Delivered its) {
      text = its.to() + " gets from " + its.from() + " " + its.message();
    } else if (event instanceof TraceEvent.Dropped its) {
      text =
          its.to() + " does not get from " + its.from() + ", " + its.why() + ": " + its.message();
    } else if (event instanceof TraceEvent.TimerRan its) {
      text = "a timer of " + its.node() + " runs";
    } else if (event instanceof TraceEvent.Requested its) {
      text = its.node() + " is asked: " + its.operation();
    } else if (event instanceof TraceEvent.Answered its) {
      text = its.node() + " answers " + its.operation() + ": " + its.answer();
    } else if (event instanceof TraceEvent.Failed its) {
      text = its.node() + " fails an operation: " + its.why();
    } else if (event instanceof TraceEvent.Applied its) {
      text = its.node() + " performs " + its.ordered() + ": " + its.answer();
    } else if (event instanceof TraceEvent.Merged its) {
      text = its.node() + " merges " + its.origin();
    } else if (event instanceof TraceEvent.Activated its) {
      text = its.node() + " serves in " + its.view();
    } else if (event instanceof TraceEvent.Stopped its) {
      text = its.node() + " stops: " + its.why();
    } else {
      text = event.toString();
    }
    String brief = brief(text);
    return brief.length() <= LONGEST ? brief : brief.substring(0, LONGEST - 1) + "…";
  }

  /** Without what is as it nearly always is. */
  static String brief(String text) {
    String brief = text;
    for (String usual : USUAL) {
      brief = brief.replace(usual, "");
    }
    return brief;
  }
}
