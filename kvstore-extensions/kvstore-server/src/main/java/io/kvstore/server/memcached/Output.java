package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The bytes that a connection is about to send, gathered so that many answers are sent as one. */
final class Output {
  private static final int USUAL_BYTES = 4 << 10;
  private static final int MOST_DIGITS = 20;
  private static final byte[] END_OF_LINE = {'\r', '\n'};

  private final ByteBufAllocator allocator;
  private final byte[] digits = new byte[MOST_DIGITS];
  private @Nullable ByteBuf buffer;

  Output(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /** How much has been gathered. */
  int size() {
    return buffer == null ? 0 : buffer.readableBytes();
  }

  /** Hands over what has been gathered; null when that is nothing. */
  @Nullable ByteBuf take() {
    ByteBuf gathered = buffer;
    buffer = null;
    return gathered;
  }

  private ByteBuf roomFor(int more) {
    ByteBuf present = buffer;
    if (present == null) {
      // On the heap, because that is where values come from.
      present = allocator.heapBuffer(Math.max(USUAL_BYTES, more));
      buffer = present;
    }
    present.ensureWritable(more);
    return present;
  }

  Output text(byte[] bytes) {
    roomFor(bytes.length).writeBytes(bytes);
    return this;
  }

  Output text(String ascii) {
    roomFor(ascii.length()).writeCharSequence(ascii, StandardCharsets.ISO_8859_1);
    return this;
  }

  Output character(char ascii) {
    roomFor(1).writeByte(ascii);
    return this;
  }

  Output endOfLine() {
    return text(END_OF_LINE);
  }

  Output bytes(Bytes bytes) {
    int size = bytes.size();
    ByteBuf target = roomFor(size);
    bytes.copyTo(target.array(), target.arrayOffset() + target.writerIndex());
    target.writerIndex(target.writerIndex() + size);
    return this;
  }

  /** A number of 64 bits without a sign. */
  Output number(long unsigned) {
    int at = MOST_DIGITS;
    long left = unsigned;
    if (left < 0) {
      return text(Long.toUnsignedString(unsigned));
    }
    do {
      digits[--at] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left != 0);
    roomFor(MOST_DIGITS).writeBytes(digits, at, MOST_DIGITS - at);
    return this;
  }
}
