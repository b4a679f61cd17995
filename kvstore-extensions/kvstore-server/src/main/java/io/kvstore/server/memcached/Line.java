package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One line of a client's, split at spaces. It is used again for the next line.
 *
 * <p>As in memcached, a zero byte ends the line, and no request but a retrieval has more than 23
 * words that matter.
 */
final class Line {
  /** How many words are looked at. */
  static final int MOST_WORDS = 23;

  private static final int USUAL_BYTES = 2_048;

  private byte[] bytes = new byte[USUAL_BYTES];
  private int end;
  private final int[] starts = new int[MOST_WORDS];
  private final int[] ends = new int[MOST_WORDS];
  private int words;

  /** Takes the next bytes as a line; the end of the line is among them, and passed over. */
  void read(ByteBuf in, int length) {
    if (bytes.length < length || (bytes.length > USUAL_BYTES && length <= USUAL_BYTES)) {
      bytes = new byte[Math.max(length, USUAL_BYTES)];
    }
    in.readBytes(bytes, 0, length);
    end = length - 1;
    if (end > 1 && bytes[end - 1] == '\r') {
      end--;
    }
    split();
  }

  private void split() {
    words = 0;
    int at = 0;
    while (at < end && bytes[at] != 0) {
      if (bytes[at] == ' ') {
        at++;
        continue;
      }
      int start = at;
      while (at < end && bytes[at] != ' ' && bytes[at] != 0) {
        at++;
      }
      if (words < MOST_WORDS) {
        starts[words] = start;
        ends[words] = at;
        words++;
      }
    }
    end = at;
  }

  /** How many words it has, as far as they are looked at. */
  int words() {
    return words;
  }

  byte[] array() {
    return bytes;
  }

  /** Where the line ends in the array. */
  int end() {
    return end;
  }

  int start(int word) {
    return starts[word];
  }

  int end(int word) {
    return ends[word];
  }

  int size(int word) {
    return ends[word] - starts[word];
  }

  /** The byte at a place in a word. */
  byte at(int word, int index) {
    return bytes[starts[word] + index];
  }

  boolean is(int word, String text) {
    return text.length() == size(word) && beginsWith(word, text);
  }

  boolean beginsWith(int word, String text) {
    if (text.length() > size(word)) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (at(word, i) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the last word that is looked at is this one. */
  boolean endsWithWord(String text) {
    return words > 0 && is(words - 1, text);
  }

  Bytes bytes(int word) {
    return Bytes.wrap(Arrays.copyOfRange(bytes, starts[word], ends[word]));
  }

  String text(int word) {
    return new String(bytes, starts[word], size(word), StandardCharsets.ISO_8859_1);
  }

  boolean readSigned(Numeral numeral, int word, int from) {
    return numeral.readSigned(bytes, starts[word] + from, ends[word]);
  }

  boolean readUnsigned(Numeral numeral, int word, int from) {
    return numeral.readUnsigned(bytes, starts[word] + from, ends[word]);
  }
}
