package io.kvstore.playground.compile;

/** What handles of arrays are compiled into. */
public final class PlainAccess {
  private PlainAccess() {}

  /** Eight bytes of an array as a number, the lowest first. */
  public static long longAt(byte[] bytes, int index) {
    long number = 0;
    for (int i = 7; i >= 0; i--) {
      number = (number << 8) | (bytes[index + i] & 0xff);
    }
    return number;
  }
}
