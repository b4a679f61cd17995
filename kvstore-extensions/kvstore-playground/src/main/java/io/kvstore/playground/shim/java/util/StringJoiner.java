package io.kvstore.playground.shim.java.util;

import java.util.ArrayList;
import java.util.List;

/** Joins parts with a separator between them, and something around them all. */
public final class StringJoiner {
  private final String separator;
  private final String prefix;
  private final String suffix;
  private final List<String> parts = new ArrayList<>();
  private String empty;

  /** A joiner with nothing around the parts. */
  public StringJoiner(CharSequence separator) {
    this(separator, "", "");
  }

  /** A joiner with this around the parts. */
  public StringJoiner(CharSequence separator, CharSequence prefix, CharSequence suffix) {
    this.separator = separator.toString();
    this.prefix = prefix.toString();
    this.suffix = suffix.toString();
    this.empty = this.prefix + this.suffix;
  }

  /** Adds a part. */
  public StringJoiner add(CharSequence part) {
    parts.add(String.valueOf(part));
    return this;
  }

  /** What is to be said when there are no parts. */
  public StringJoiner setEmptyValue(CharSequence value) {
    empty = value.toString();
    return this;
  }

  /** How long the text is. */
  public int length() {
    return toString().length();
  }

  @Override
  public String toString() {
    return parts.isEmpty() ? empty : prefix + String.join(separator, parts) + suffix;
  }
}
