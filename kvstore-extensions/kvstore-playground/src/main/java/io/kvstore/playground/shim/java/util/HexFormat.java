package io.kvstore.playground.shim.java.util;

/** Bytes as pairs of lower-case hexadecimal digits. */
public final class HexFormat {
  private static final HexFormat PLAIN = new HexFormat();

  private HexFormat() {}

  /** Without anything between the pairs. */
  public static HexFormat of() {
    return PLAIN;
  }

  /** All of these bytes. */
  public String formatHex(byte[] bytes) {
    return formatHex(bytes, 0, bytes.length);
  }

  /** Those from an index to before another. */
  public String formatHex(byte[] bytes, int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(Character.forDigit((bytes[i] >> 4) & 0xf, 16));
      text.append(Character.forDigit(bytes[i] & 0xf, 16));
    }
    return text.toString();
  }

  /** The bytes that such a text stands for. */
  public byte[] parseHex(CharSequence text) {
    if (text.length() % 2 != 0) {
      throw new IllegalArgumentException("not pairs of digits: " + text);
    }
    byte[] bytes = new byte[text.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      int high = Character.digit(text.charAt(2 * i), 16);
      int low = Character.digit(text.charAt(2 * i + 1), 16);
      if (high < 0 || low < 0) {
        throw new IllegalArgumentException("not hexadecimal: " + text);
      }
      bytes[i] = (byte) ((high << 4) | low);
    }
    return bytes;
  }
}
