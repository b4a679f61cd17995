package io.kvstore.testkit.history;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values of a history, each with a number of its own: two values are equal if and only if their
 * numbers are.
 *
 * <p>What an append makes is not spelled out: it is a longer value that knows the shorter one and
 * the piece that was added, and is found by a rolling hash (Karp and Rabin) over its characters. A
 * hash that is found is compared with the characters before it is believed, so that a history of n
 * appends costs as much as its text, and not n times as much.
 */
public final class Values {
  /** The number of no value at all: an answer that says nothing. */
  public static final int NONE = -1;

  /** The number of nil, the value of what is absent. */
  public static final int NIL = 0;

  /** The number of false. */
  public static final int FALSE = 1;

  /** The number of true. */
  public static final int TRUE = 2;

  private static final long BASE = 0x5851F42D4C957F2DL;
  private static final int SMALLEST = 16;

  /** A String, Long, Boolean or Symbol; null for nil, and for a text that is not spelled out. */
  private @Nullable Object[] content;

  private long[] hash;
  private int[] length;

  /** What a text was made of by an append, {@link #NONE} where it was not. */
  private int[] shorter;

  private int[] piece;
  private int[] table;
  private int size;
  private final LongTable made = new LongTable();

  /** A value that formats have besides texts and numbers, such as a keyword. */
  public record Symbol(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  /** Nil, true and false. */
  public Values() {
    content = new Object[SMALLEST];
    hash = new long[SMALLEST];
    length = new int[SMALLEST];
    shorter = new int[0];
    piece = new int[0];
    table = emptyTable(SMALLEST * 2);
    size = 1;
    enter(hashOf(false), 0, false);
    enter(hashOf(true), 0, true);
  }

  private Values(Values other) {
    content = other.content.clone();
    hash = other.hash.clone();
    length = other.length.clone();
    shorter = other.shorter.clone();
    piece = other.piece.clone();
    table = other.table.clone();
    size = other.size;
  }

  /** A copy that can grow without this one. */
  public Values copy() {
    return new Values(this);
  }

  /** How many values there are. */
  public int size() {
    return size;
  }

  /** The number of a text, number, boolean, symbol or null, which it gets if it has none. */
  public int of(@Nullable Object value) {
    if (value == null) {
      return NIL;
    }
    int found = find(value);
    if (found != NONE) {
      return found;
    }
    return enter(hashOf(value), value instanceof String text ? text.length() : 0, value);
  }

  /** The number of a value, {@link #NONE} if it is not here. */
  public int find(@Nullable Object value) {
    if (value == null) {
      return NIL;
    }
    long sought = hashOf(value);
    int mask = table.length - 1;
    for (int slot = slot(sought, mask); table[slot] != 0; slot = (slot + 1) & mask) {
      int candidate = table[slot];
      if (hash[candidate] == sought && is(candidate, value)) {
        return candidate;
      }
    }
    return NONE;
  }

  /** The number of the value with the piece at its end; nil counts as an empty text. */
  public int append(int value, int added) {
    long key = ((long) value << 32) | added;
    int known = made.get(key);
    if (known == LongTable.ABSENT) {
      known = appended(value, added);
      made.put(key, known);
    }
    return known;
  }

  /** The number of the sum; what is no number counts as 0. */
  public int add(int value, int added) {
    long key = ((long) value << 32) | added;
    int known = made.get(key);
    if (known == LongTable.ABSENT) {
      known = of(numberOf(value) + numberOf(added));
      made.put(key, known);
    }
    return known;
  }

  /** Whether a text begins with another. */
  public boolean startsWith(int text, int beginning) {
    if (text == beginning || length[beginning] == 0) {
      return true;
    }
    if (length[text] < length[beginning] || !(get(text) instanceof String characters)) {
      return false;
    }
    return holds(characters, beginning);
  }

  /** The value of the number. */
  public @Nullable Object get(int value) {
    if (content[value] == null && value != NIL) {
      content[value] = spelledOut(value);
    }
    return content[value];
  }

  /** The value as EDN writes it. */
  public String show(int value) {
    if (value == NONE) {
      return "?";
    }
    Object known = get(value);
    return known instanceof String text
        ? '"' + text + '"'
        : known == null ? "nil" : known.toString();
  }

  private long numberOf(int value) {
    return get(value) instanceof Long number ? number : 0;
  }

  private int appended(int value, int added) {
    int start = asText(value);
    if (length[added] == 0) {
      return start;
    }
    long sought = hash[start] * power(length[added]) + hash[added];
    int total = length[start] + length[added];
    int mask = table.length - 1;
    for (int slot = slot(sought, mask); table[slot] != 0; slot = (slot + 1) & mask) {
      int candidate = table[slot];
      if (hash[candidate] == sought
          && length[candidate] == total
          && get(candidate) instanceof String text
          && get(added) instanceof String end
          && text.endsWith(end)
          && holds(text, start)) {
        remember(candidate, start, added);
        return candidate;
      }
    }
    int fresh = enter(sought, total, null);
    remember(fresh, start, added);
    return fresh;
  }

  private int asText(int value) {
    if (length[value] > 0 || get(value) instanceof String) {
      return value;
    }
    return of(value == NIL ? "" : show(value));
  }

  private void remember(int whole, int start, int added) {
    if (shorter.length < content.length) {
      int known = shorter.length;
      shorter = Arrays.copyOf(shorter, content.length);
      piece = Arrays.copyOf(piece, content.length);
      Arrays.fill(shorter, known, shorter.length, NONE);
    }
    if (shorter[whole] == NONE) {
      shorter[whole] = start;
      piece[whole] = added;
    }
  }

  /** Whether the characters begin with a text that may not be spelled out. */
  private boolean holds(String characters, int beginning) {
    int rest = beginning;
    while (content[rest] == null) {
      String end = (String) content[piece[rest]];
      if (end == null || !characters.startsWith(end, length[shorter[rest]])) {
        return false;
      }
      rest = shorter[rest];
    }
    return content[rest] instanceof String text && characters.startsWith(text);
  }

  private String spelledOut(int value) {
    char[] characters = new char[length[value]];
    int rest = value;
    while (content[rest] == null) {
      textOf(piece[rest]).getChars(0, length[piece[rest]], characters, length[shorter[rest]]);
      rest = shorter[rest];
    }
    textOf(rest).getChars(0, length[rest], characters, 0);
    return new String(characters);
  }

  private String textOf(int value) {
    return get(value) instanceof String text ? text : "";
  }

  private int enter(long itsHash, int itsLength, @Nullable Object value) {
    if (size == content.length) {
      int capacity = size * 2;
      content = Arrays.copyOf(content, capacity);
      hash = Arrays.copyOf(hash, capacity);
      length = Arrays.copyOf(length, capacity);
    }
    if (size * 2 > table.length) {
      table = emptyTable(table.length * 2);
      for (int i = 1; i < size; i++) {
        intoTable(i);
      }
    }
    content[size] = value;
    hash[size] = itsHash;
    length[size] = itsLength;
    intoTable(size);
    return size++;
  }

  private void intoTable(int value) {
    int mask = table.length - 1;
    int slot = slot(hash[value], mask);
    while (table[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    table[slot] = value;
  }

  private boolean is(int candidate, Object value) {
    if (value instanceof String text && length[candidate] != text.length()) {
      return false;
    }
    return value.equals(get(candidate));
  }

  private static int slot(long hash, int mask) {
    return (int) LongTable.mixed(hash) & mask;
  }

  private static int[] emptyTable(int capacity) {
    return new int[capacity];
  }

  private static long hashOf(Object value) {
    if (value instanceof String text) {
      long rolling = 0;
      for (int i = 0; i < text.length(); i++) {
        rolling = rolling * BASE + text.charAt(i) + 1;
      }
      return rolling;
    }
    return value instanceof Long number ? LongTable.mixed(number + 1) : value.hashCode();
  }

  private static long power(int exponent) {
    long power = 1;
    long square = BASE;
    for (int rest = exponent; rest > 0; rest >>= 1) {
      if ((rest & 1) == 1) {
        power *= square;
      }
      square *= square;
    }
    return power;
  }
}
