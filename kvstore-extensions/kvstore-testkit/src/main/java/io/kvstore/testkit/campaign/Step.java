package io.kvstore.testkit.campaign;

import io.kvstore.NodeId;
import java.util.Locale;
import java.util.OptionalInt;

/** Something that happens. */
sealed interface Step {
  /** Its own number among the steps as they were drawn. */
  int number();

  /** When, in virtual nanoseconds since the beginning. */
  long at();

  /** A client acts; if it still waits, then after that. */
  record Acts(int number, long at, int client, Action action) implements Step {
    @Override
    public String toString() {
      return time(at) + "  client " + client + ": " + action;
    }
  }

  /** Changes are watched from now on; slowly, if they are looked for only now and then. */
  record Watches(int number, long at, OptionalInt node, boolean isSlow, Part part) implements Step {
    @Override
    public String toString() {
      return time(at)
          + (isSlow ? "  a slow watch " : "  a watch ")
          + (node.isPresent() ? "at n" + node.getAsInt() : "at any node")
          + part;
    }
  }

  /** From now on something goes wrong as soon as a rare moment is reached, once. */
  record LiesInWait(int number, long at, Enum<?> moment, Fault fault) implements Step {
    @Override
    public String toString() {
      return time(at) + "  after " + Reached.text(moment) + ": " + fault;
    }
  }

  /** Everything works again but one node, and the others are asked for what they must do then. */
  record Leaves(int number, long at, NodeId node, boolean isDown, boolean isBusy) implements Step {
    @Override
    public String toString() {
      return time(at)
          + "  everything works but "
          + node
          + ", which "
          + (isDown ? "is down" : "is cut off")
          + (isBusy ? ", while much is under way" : "")
          + ": the others must go on";
    }

    /**
     * How it is cut off.
     *
     * @param hasMajorities or else all members decide: then one that hears them all cannot know
     *     that none of them hears it
     */
    Fault cutOff(boolean hasMajorities) {
      return switch (hasMajorities ? 0 : number % 3) {
        case 0 -> new Fault.Isolate(node);
        case 1 -> new Fault.Mute(node);
        default -> new Fault.CutOneWay(node, NodeId.COORDINATOR);
      };
    }
  }

  /** A table beside that of the clients is made, or dropped. */
  record Tables(int number, long at, int table, boolean isMade) implements Step {
    @Override
    public String toString() {
      return time(at) + "  another table, " + table + ", is " + (isMade ? "made" : "dropped");
    }
  }

  /** Something goes wrong, or better. */
  record Strikes(int number, long at, Fault fault) implements Step {
    @Override
    public String toString() {
      return time(at) + "  " + fault;
    }
  }

  private static String time(long nanos) {
    return String.format(Locale.ROOT, "%10.3f ms", nanos / 1e6);
  }
}
