package io.kvstore.testkit.history;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What clients saw of a store: for each operation its process, what was asked and answered, and
 * when.
 *
 * <p>A history is kept in columns, about fifty bytes an operation, so that a million of them are no
 * burden. Keys and values are numbers of {@link #values()}. Times are whatever the recorder counts:
 * an operation is before another if it returned at an earlier time than the other was invoked.
 */
public final class History {
  /** The time of a return that was never seen. */
  public static final long NEVER = Long.MAX_VALUE;

  /** The version of what was not there because the key had never been written. */
  public static final long NEVER_WRITTEN = 0;

  private final Values values;
  private final Columns columns;
  private final int size;

  private History(Values values, Columns columns) {
    this.values = values;
    this.columns = columns;
    this.size = columns.size;
  }

  /** A history to write operations into. */
  public static Builder builder() {
    return new Builder();
  }

  /** How many operations there are. */
  public int size() {
    return size;
  }

  /** What the numbers of keys and values stand for. */
  public Values values() {
    return values;
  }

  /** Who asked; negative for the expiry of an entry, which no client asks for. */
  public int process(int operation) {
    return columns.process[operation];
  }

  /** What was asked. */
  public Kind kind(int operation) {
    return columns.kind[operation];
  }

  /** The key that was asked for, nil for a store of a single value. */
  public int key(int operation) {
    return columns.key[operation];
  }

  /** The value to write, append or add. */
  public int argument(int operation) {
    return columns.argument[operation];
  }

  /** The value that a compare-and-set expects. */
  public int expected(int operation) {
    return columns.expected[operation];
  }

  /** The answer; {@link Values#NONE} if there is none or it says nothing. */
  public int result(int operation) {
    return columns.result[operation];
  }

  /** When it was asked. */
  public long invoked(int operation) {
    return columns.invoked[operation];
  }

  /** When it was answered; {@link #NEVER} if the outcome is unknown. */
  public long returned(int operation) {
    return columns.returned[operation];
  }

  /** What is known of its effect. */
  public Outcome outcome(int operation) {
    return columns.outcome[operation];
  }

  /** The number of the node that was asked, {@link Values#NONE} if none was chosen. */
  public int node(int operation) {
    return columns.node.length == 0 ? Values.NONE : (int) columns.node[operation];
  }

  /**
   * The version of what was read or written, {@link Values#NONE} if it is not known. On one key, a
   * later write has a higher version. A read that finds nothing has the version of the removal, or
   * {@link #NEVER_WRITTEN}; where an entry has expired, the version of that.
   */
  public long version(int operation) {
    return columns.version.length == 0 ? Values.NONE : columns.version[operation];
  }

  /**
   * The version of what a write replaced, or found when there was nothing; {@link Values#NONE} if
   * it is not known.
   */
  public long replaced(int operation) {
    return columns.replaced.length == 0 ? Values.NONE : columns.replaced[operation];
  }

  /**
   * How far the session had come in the store's one order when this was answered, {@link
   * Values#NONE} if the store has none or it is not known. A write stands at its position; a read
   * sees the writes up to its own.
   */
  public long position(int operation) {
    return columns.position.length == 0 ? Values.NONE : columns.position[operation];
  }

  /**
   * The last operation of another session whose position this one's session began with, {@link
   * Values#NONE} if it began with nothing.
   */
  public int follows(int operation) {
    return columns.follows.length == 0 ? Values.NONE : (int) columns.follows[operation];
  }

  /**
   * The first of the operations that take effect at one moment together with this one, as the parts
   * of a batch or of a scan do; itself where it stands alone. They follow one another in the
   * history, with the same process and times.
   */
  public int group(int operation) {
    return columns.group.length == 0 ? operation : (int) columns.group[operation];
  }

  /** Whether there are operations that take effect together. */
  public boolean hasGroups() {
    return columns.group.length > 0;
  }

  /** These operations of the history, as a history of their own. */
  public History only(IntPredicate kept) {
    return only(kept, operation -> false);
  }

  /**
   * The same, but without the answers of some.
   *
   * @param kept which operations are in it
   * @param silent of which of these the answer is not known
   */
  public History only(IntPredicate kept, IntPredicate silent) {
    Builder copy = builder();
    int[] copies = new int[size];
    int first = 0;
    int group = Values.NONE;
    for (int i = 0; i < size; i++) {
      if (kept.test(i)) {
        first = group(i) == group ? first : copy.size();
        group = group(i);
        copies[i] = copy.size() + 1;
        copy.copy(this, i, silent.test(i) ? Values.NONE : result(i));
        if (follows(i) != Values.NONE && copies[follows(i)] > 0) {
          copy.follows(copy.size() - 1, copies[follows(i)] - 1);
        }
        if (copy.size() - first > 1) {
          copy.together(first);
        }
      }
    }
    return copy.build();
  }

  /**
   * The same history as clients saw it who learn of a write only that it was done. A recorder also
   * takes down what the replica answers beyond that: which value a write replaced, what an append
   * made, versions, and positions in the store's order. Here these are left out.
   */
  public History asSeen() {
    Builder copy = builder();
    for (int i = 0; i < size; i++) {
      boolean isOnlyDone =
          kind(i) == Kind.WRITE || kind(i) == Kind.DELETE || kind(i) == Kind.APPEND;
      copy.copyAsked(this, i, isOnlyDone ? Values.NONE : result(i));
      if (follows(i) != Values.NONE) {
        copy.follows(i, follows(i));
      }
      if (group(i) < i) {
        copy.together(group(i));
      }
    }
    return copy.build();
  }

  /** The operation in words. */
  public Operation operation(int operation) {
    return new Operation(
        operation,
        process(operation),
        kind(operation),
        values.show(key(operation)),
        values.show(argument(operation)),
        values.show(expected(operation)),
        values.show(result(operation)),
        invoked(operation),
        returned(operation),
        outcome(operation));
  }

  /** Takes operations down as they are invoked and return; not for several threads at once. */
  public static final class Builder {
    private final Values values = new Values();
    private final Columns columns = new Columns();

    private Builder() {}

    /** The values that the operations' numbers stand for. */
    public Values values() {
      return values;
    }

    /** How many operations were invoked so far. */
    public int size() {
      return columns.size;
    }

    /** An operation begins, and is unknown until more is said; answers its number. */
    public int invoke(int by, Kind asked, int onKey, int itsArgument, int itsExpected, long at) {
      return columns.add(by, asked, onKey, itsArgument, itsExpected, at);
    }

    /** An operation begins; key, argument and expectation are values rather than their numbers. */
    public int invoke(
        int by, Kind asked, @Nullable Object onKey, @Nullable Object itsArgument, long at) {
      return invoke(by, asked, values.of(onKey), values.of(itsArgument), Values.NONE, at);
    }

    /** An operation is answered. */
    public void ok(int operation, int itsResult, long at) {
      columns.result[operation] = itsResult;
      columns.end(operation, Outcome.OK, at);
    }

    /** An operation did not happen, and will not. */
    public void fail(int operation, long at) {
      columns.end(operation, Outcome.FAIL, at);
    }

    /** Which node was asked. */
    public void node(int operation, int number) {
      columns.node = columns.with(columns.node, operation, number);
    }

    /** Which version was read or written. */
    public void version(int operation, long number) {
      columns.version = columns.with(columns.version, operation, number);
    }

    /** Which version a write replaced; {@link Values#NONE} says nothing. */
    public void replaced(int operation, long number) {
      if (number != Values.NONE) {
        columns.replaced = columns.with(columns.replaced, operation, number);
      }
    }

    /** How far the session had come in the store's one order. */
    public void position(int operation, long number) {
      columns.position = columns.with(columns.position, operation, number);
    }

    /** Which operation of another session this one's session began after. */
    public void follows(int operation, int other) {
      columns.follows = columns.with(columns.follows, operation, other);
    }

    /** Operations take effect at one moment: all from the first to the last that was invoked. */
    public void together(int first) {
      columns.together(first);
    }

    /** Takes down an operation of another history, but for what it has to do with others there. */
    private void copy(History other, int i, int itsResult) {
      int row = copyAsked(other, i, itsResult);
      if (other.version(i) != Values.NONE) {
        version(row, other.version(i));
      }
      replaced(row, other.replaced(i));
      if (other.position(i) != Values.NONE) {
        position(row, other.position(i));
      }
    }

    /** The same, without its version and position. */
    private int copyAsked(History other, int i, int itsResult) {
      int row =
          invoke(
              other.process(i),
              other.kind(i),
              number(other, other.key(i)),
              number(other, other.argument(i)),
              number(other, other.expected(i)),
              other.invoked(i));
      if (other.outcome(i) == Outcome.OK) {
        ok(row, number(other, itsResult), other.returned(i));
      } else if (other.outcome(i) == Outcome.FAIL) {
        fail(row, other.returned(i));
      }
      if (other.node(i) != Values.NONE) {
        node(row, other.node(i));
      }
      return row;
    }

    private int number(History other, int value) {
      return value == Values.NONE ? Values.NONE : values.of(other.values().get(value));
    }

    int groupOf(int operation) {
      return columns.group.length == 0 ? operation : (int) columns.group[operation];
    }

    /** Whether the same process did both at the same times. */
    boolean isAtOnce(int one, int other) {
      return columns.process[one] == columns.process[other]
          && columns.invoked[one] == columns.invoked[other]
          && columns.returned[one] == columns.returned[other];
    }

    Kind kindOf(int operation) {
      return columns.kind[operation];
    }

    /** What an operation asks for: the value at the end counts in some formats. */
    void argue(int operation, int itsArgument, int itsExpected) {
      columns.argument[operation] = itsArgument;
      columns.expected[operation] = itsExpected;
    }

    /** The history so far; nothing can be added after. */
    public History build() {
      return new History(values, columns);
    }
  }
}
