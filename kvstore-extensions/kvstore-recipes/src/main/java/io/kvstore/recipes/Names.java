package io.kvstore.recipes;

import static java.util.Objects.requireNonNull;

/** What recipes, candidates and parties may be called. */
final class Names {
  private static final int LONGEST = 200;

  private Names() {}

  static String require(String what, String name) {
    requireNonNull(name, what);
    boolean isPlain =
        name.chars()
            .noneMatch(each -> Character.isWhitespace(each) || Character.isISOControl(each));
    if (name.isEmpty() || name.length() > LONGEST || !isPlain) {
      throw new IllegalArgumentException(
          "a "
              + what
              + " has 1 to "
              + LONGEST
              + " characters, none of them a space or a control character: '"
              + (name.length() > LONGEST ? name.substring(0, LONGEST) + "…" : name)
              + "'");
    }
    return name;
  }
}
