package io.kvstore.core.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * How values tell who wrote them: each write puts or appends a part that nobody else writes, and
 * each part ends with a dot.
 */
final class Values {
  private Values() {}

  static String part(long number) {
    return number + ".";
  }

  /** The parts of a value, the oldest first. */
  static List<String> partsOf(String value) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int dot = value.indexOf('.'); dot >= 0; dot = value.indexOf('.', start)) {
      parts.add(value.substring(start, dot + 1));
      start = dot + 1;
    }
    return parts;
  }

  /** What the last writer of a value has put or appended. */
  static String lastPartOf(String value) {
    List<String> parts = partsOf(value);
    return parts.isEmpty() ? value : parts.get(parts.size() - 1);
  }
}
