package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Keys in base 64, read as leniently as memcached does: what is no digit is passed over. */
final class Base64Key {
  private static final int[] DIGITS = new int[256];
  private static final int NONE = -1;

  static {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    java.util.Arrays.fill(DIGITS, NONE);
    for (int i = 0; i < alphabet.length(); i++) {
      DIGITS[alphabet.charAt(i)] = i;
    }
    DIGITS['='] = 0;
  }

  private Base64Key() {}

  /** The bytes that the text stands for; null when it stands for none. */
  static @Nullable Bytes decode(byte[] text, int from, int to) {
    int digits = 0;
    for (int i = from; i < to; i++) {
      if (DIGITS[text[i] & 0xFF] != NONE) {
        digits++;
      }
    }
    if (digits == 0 || digits % 4 != 0) {
      return null;
    }
    byte[] decoded = new byte[digits / 4 * 3];
    int length = decode(text, from, to, decoded);
    return length <= 0 ? null : Bytes.of(java.util.Arrays.copyOf(decoded, length));
  }

  private static int decode(byte[] text, int from, int to, byte[] target) {
    int length = 0;
    int block = 0;
    int inBlock = 0;
    int padding = 0;
    for (int i = from; i < to; i++) {
      int digit = DIGITS[text[i] & 0xFF];
      if (digit == NONE) {
        continue;
      }
      padding += text[i] == '=' ? 1 : 0;
      block = block << 6 | digit;
      if (++inBlock == 4) {
        target[length++] = (byte) (block >> 16);
        target[length++] = (byte) (block >> 8);
        target[length++] = (byte) block;
        if (padding > 0) {
          return padding <= 2 ? length - padding : 0;
        }
        inBlock = 0;
        block = 0;
      }
    }
    return length;
  }

  /** The text that stands for these bytes. */
  static byte[] encode(Bytes key) {
    return Base64.getEncoder().encode(key.toArray());
  }
}
