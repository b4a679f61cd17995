package io.kvstore.server.memcached;

/**
 * A number in a request or a value, read as memcached reads it: as C's {@code strtol} and {@code
 * strtoull} do, with space before, a sign, and anything behind a white space or a zero byte.
 */
final class Numeral {
  private long value;

  /** What was read last. */
  long value() {
    return value;
  }

  /** The lower half of what was read last: memcached does not look at the upper one. */
  int asInt() {
    return (int) value;
  }

  /** Reads a number with a sign; false when there is none. */
  boolean readSigned(byte[] text, int from, int to) {
    int digits = afterSpace(text, from, to);
    boolean isNegative = digits < to && text[digits] == '-';
    digits = afterSign(text, digits, to);
    int end = digits;
    long sum = 0;
    while (end < to && isDigit(text[end])) {
      int digit = text[end++] - '0';
      // Counted below zero, where there is room for one more.
      if (sum < Long.MIN_VALUE / 10 || sum * 10 < Long.MIN_VALUE + digit) {
        return false;
      }
      sum = sum * 10 - digit;
    }
    if (end == digits || !endsAt(text, end, to) || (!isNegative && sum == Long.MIN_VALUE)) {
      return false;
    }
    value = isNegative ? sum : -sum;
    return true;
  }

  /** Reads a number of 64 bits without a sign; false when there is none. */
  boolean readUnsigned(byte[] text, int from, int to) {
    int digits = afterSpace(text, from, to);
    boolean isNegative = digits < to && text[digits] == '-';
    digits = afterSign(text, digits, to);
    int end = digits;
    long sum = 0;
    while (end < to && isDigit(text[end])) {
      int digit = text[end++] - '0';
      if (Long.compareUnsigned(sum, Long.divideUnsigned(-1L - digit, 10)) > 0) {
        return false;
      }
      sum = sum * 10 + digit;
    }
    if (end == digits || !endsAt(text, end, to)) {
      return false;
    }
    // C turns a minus sign into the complement; memcached refuses that only where it looks
    // negative.
    value = isNegative ? -sum : sum;
    return !isNegative || value >= 0;
  }

  private static int afterSpace(byte[] text, int from, int to) {
    int at = from;
    while (at < to && isSpace(text[at])) {
      at++;
    }
    return at;
  }

  private static int afterSign(byte[] text, int at, int to) {
    return at < to && (text[at] == '-' || text[at] == '+') ? at + 1 : at;
  }

  private static boolean endsAt(byte[] text, int at, int to) {
    return at == to || text[at] == 0 || isSpace(text[at]);
  }

  private static boolean isDigit(byte character) {
    return character >= '0' && character <= '9';
  }

  private static boolean isSpace(byte character) {
    return character == ' ' || (character >= '\t' && character <= '\r');
  }
}
