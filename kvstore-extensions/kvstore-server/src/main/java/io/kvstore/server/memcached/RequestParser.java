package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.server.EndpointLimits;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests of the bytes of one connection, however they are cut into pieces.
 *
 * <pre>
 *   LINE ── a storage line ──▶ VALUE ── its bytes and CRLF ──▶ LINE
 *   LINE ── a retrieval ─────▶ KEYS  ── one request a key ───▶ LINE
 *   LINE ── too large ───────▶ SWALLOW ── so many bytes ─────▶ LINE
 * </pre>
 *
 * <p>A value takes memory as it arrives, not when it is announced.
 */
final class RequestParser implements Requests {
  /** How long a line may get that is no retrieval; memcached's number. */
  private static final int LONGEST_OTHER_LINE = 2_048;

  private static final int MOST_LEADING_SPACES = 100;
  private static final int FIRST_VALUE_BYTES = 16 << 10;
  private static final int END_OF_LINE = 2;
  private static final byte[] NO_BYTES = {};

  private final Dialect dialect;
  private final EndpointLimits limits;
  private final Line line = new Line();
  private int scanned; // no end of line among so many bytes
  private @Nullable Retrieval retrieval;
  private @Nullable Storage storage;
  private byte[] value = NO_BYTES;
  private int received; // of the value, and then of its end
  private boolean endsWell;
  private long toSwallow;

  RequestParser(Dialect dialect, EndpointLimits limits) {
    this.dialect = dialect;
    this.limits = limits;
  }

  @Override
  public @Nullable Request next(ByteBuf in) {
    if (retrieval != null) {
      return nextKey(retrieval);
    }
    if (storage != null) {
      return readValue(storage, in);
    }
    if (!swallow(in)) {
      return null;
    }
    int length =
        in.bytesBefore(in.readerIndex() + scanned, in.readableBytes() - scanned, (byte) '\n');
    if (length < 0) {
      scanned = in.readableBytes();
      return isTooLong(in) ? Request.hangUp() : null;
    }
    length += scanned + 1;
    scanned = 0;
    if (length > limits.lineBytes()) {
      return Request.hangUp();
    }
    line.read(in, length);
    return begin(dialect.understand(line), in);
  }

  private boolean swallow(ByteBuf in) {
    int now = (int) Math.min(toSwallow, in.readableBytes());
    in.skipBytes(now);
    toSwallow -= now;
    return toSwallow == 0;
  }

  private boolean isTooLong(ByteBuf in) {
    int length = in.readableBytes();
    return length > limits.lineBytes() || (length > LONGEST_OTHER_LINE && !isRetrieval(in));
  }

  private static boolean isRetrieval(ByteBuf in) {
    int at = in.readerIndex();
    while (in.getByte(at) == ' ') {
      at++;
      if (at - in.readerIndex() > MOST_LEADING_SPACES) {
        return false;
      }
    }
    return in.getByte(at) == 'g'
        && in.getByte(at + 1) == 'e'
        && in.getByte(at + 2) == 't'
        && (in.getByte(at + 3) == ' ' || (in.getByte(at + 3) == 's' && in.getByte(at + 4) == ' '));
  }

  private @Nullable Request begin(Understood understood, ByteBuf in) {
    toSwallow = understood.toSwallow();
    if (understood.retrieval() != null) {
      return nextKey(understood.retrieval());
    }
    Request request = understood.request();
    if (request instanceof Storage wanting) {
      storage = wanting;
      value = new byte[Math.min(wanting.length(), FIRST_VALUE_BYTES)];
      received = 0;
      endsWell = true;
      return readValue(wanting, in);
    }
    return request;
  }

  private Request nextKey(Retrieval keys) {
    Request request = keys.next();
    retrieval = keys.hasMore() ? keys : null;
    return request;
  }

  /** Whether a request has been begun whose rest has yet to come. */
  boolean isMidway() {
    return storage != null || toSwallow > 0;
  }

  /** How much it has of a request that is not complete yet. */
  int held() {
    return value.length;
  }

  private @Nullable Request readValue(Storage wanting, ByteBuf in) {
    int length = wanting.length();
    while (received < length && in.isReadable()) {
      if (received == value.length) {
        value = Arrays.copyOf(value, (int) Math.min(length, value.length * 2L));
      }
      int now = Math.min(in.readableBytes(), value.length - received);
      in.readBytes(value, received, now);
      received += now;
    }
    while (received >= length && received < length + END_OF_LINE && in.isReadable()) {
      endsWell &= in.readByte() == (received == length ? '\r' : '\n');
      received++;
    }
    if (received < length + END_OF_LINE) {
      return null;
    }
    storage = null;
    byte[] read = value;
    value = NO_BYTES;
    if (!endsWell) {
      return wanting.badChunk();
    }
    wanting.accept(Bytes.wrap(read));
    return wanting;
  }
}
