package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a connection is about to send, gathered so that many answers are sent as one. A
 * large value is not copied but remembered, and handed over in pieces as the client reads.
 */
final class Output {
  private static final int PIECE_BYTES = 64 << 10;
  private static final int USUAL_BYTES = 4 << 10;
  private static final int MOST_DIGITS = 20;
  private static final byte[] END_OF_LINE = {'\r', '\n'};

  private final ByteBufAllocator allocator;
  private final byte[] digits = new byte[MOST_DIGITS];
  private @Nullable ByteBuf buffer; // before what is left of a large value
  private @Nullable Bytes large;
  private int at; // of the large value, so much was handed over
  private @Nullable ByteBuf behind; // the large value

  Output(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /** How much has been gathered. */
  int size() {
    return sizeOf(buffer) + sizeOf(behind) + (large == null ? 0 : large.size() - at);
  }

  private static int sizeOf(@Nullable ByteBuf present) {
    return present == null ? 0 : present.readableBytes();
  }

  /** Whether a large value is in it: what follows should wait until it was handed over. */
  boolean isFull() {
    return large != null;
  }

  /** Hands over what has been gathered, or the next piece of it; null when there is none. */
  @Nullable ByteBuf take() {
    ByteBuf gathered = buffer;
    buffer = null;
    return gathered == null && large != null ? nextPiece(large) : gathered;
  }

  private ByteBuf nextPiece(Bytes value) {
    int length = Math.min(PIECE_BYTES, value.size() - at);
    ByteBuf piece = allocator.heapBuffer(length);
    value.copyTo(at, piece.array(), piece.arrayOffset(), length);
    piece.writerIndex(length);
    at += length;
    if (at == value.size()) {
      large = null;
      at = 0;
      buffer = behind;
      behind = null;
    }
    return piece;
  }

  /** Forgets what has been gathered. */
  void clear() {
    ReferenceCountUtil.release(buffer);
    ReferenceCountUtil.release(behind);
    buffer = null;
    behind = null;
    large = null;
    at = 0;
  }

  private ByteBuf roomFor(int more) {
    ByteBuf present = large == null ? buffer : behind;
    if (present == null) {
      // On the heap, because that is where values come from.
      present = allocator.heapBuffer(Math.max(USUAL_BYTES, more));
      if (large == null) {
        buffer = present;
      } else {
        behind = present;
      }
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
    if (size > PIECE_BYTES && large == null) {
      large = bytes;
      return this;
    }
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
