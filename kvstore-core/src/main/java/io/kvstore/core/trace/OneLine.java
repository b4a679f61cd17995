package io.kvstore.core.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.Bytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;

/**
 * Bytes as text of one line, whatever they are: a backslash, a control character or an end of a
 * line is escaped ({@code \\}, {@code \n}, {@code \r}, {@code \t}, otherwise {@code \xNN} for each
 * byte), and so is what is not UTF-8. Different bytes have different texts.
 */
final class OneLine {
  private static final char LINE_SEPARATOR = '\u2028';
  private static final char PARAGRAPH_SEPARATOR = '\u2029';

  private OneLine() {}

  static String of(Bytes bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes.toArray());
    CharBuffer out = CharBuffer.allocate(in.remaining());
    CharsetDecoder decoder = UTF_8.newDecoder(); // stops at what is malformed
    StringBuilder line = new StringBuilder(in.remaining());
    while (in.hasRemaining()) {
      CoderResult result = decoder.decode(in, out.clear(), true);
      out.flip().chars().forEach(each -> append(line, (char) each));
      for (int i = 0; result.isError() && i < result.length(); i++) {
        appendByte(line, in.get());
      }
    }
    return line.toString();
  }

  private static void append(StringBuilder line, char character) {
    switch (character) {
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      case '\\' -> line.append("\\\\");
      default -> {
        if (Character.isISOControl(character)
            || character == LINE_SEPARATOR
            || character == PARAGRAPH_SEPARATOR) {
          for (byte each : String.valueOf(character).getBytes(UTF_8)) {
            appendByte(line, each);
          }
        } else {
          line.append(character);
        }
      }
    }
  }

  private static void appendByte(StringBuilder line, byte each) {
    line.append("\\x")
        .append(Character.forDigit((each >> 4) & 0xF, 16))
        .append(Character.forDigit(each & 0xF, 16));
  }
}
