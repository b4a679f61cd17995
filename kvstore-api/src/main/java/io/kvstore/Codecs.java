package io.kvstore;

import java.nio.ByteBuffer;
import java.util.UUID;

/** The codecs that come with the library. */
public final class Codecs {
  /**
   * Text as UTF-8; texts sort by code point. A text with half of a surrogate pair is refused with
   * an {@link IllegalArgumentException}, and so are bytes that are not UTF-8: each text is one
   * string of bytes, and the other way round.
   */
  public static final Codec<String> STRING = new OfString();

  /** Bytes as they are. */
  public static final Codec<Bytes> BYTES = new OfBytes();

  /** Arrays of bytes, copied on the way in and out. */
  public static final Codec<byte[]> BYTE_ARRAY = new OfByteArray();

  /** Numbers as eight bytes that sort as the numbers do. */
  public static final Codec<Long> LONG = new OfLong();

  /** UUIDs as their sixteen bytes. */
  public static final Codec<UUID> UUID = new OfUuid();

  private Codecs() {}

  private static final class OfString implements Codec<String> {
    private static final char REPLACEMENT = '\uFFFD'; // of what cannot be decoded

    @Override
    public Bytes encode(String value) {
      return Bytes.of(value);
    }

    @Override
    public String decode(Bytes bytes) {
      String text = bytes.toText();
      if (text.indexOf(REPLACEMENT) >= 0 && !Bytes.of(text).equals(bytes)) {
        throw new IllegalArgumentException("the bytes " + bytes + " are not UTF-8");
      }
      return text;
    }

    @Override
    public NumberFormat numberFormat() {
      return NumberFormat.DECIMAL;
    }
  }

  private static final class OfBytes implements Codec<Bytes> {
    @Override
    public Bytes encode(Bytes value) {
      return value;
    }

    @Override
    public Bytes decode(Bytes bytes) {
      return bytes;
    }

    @Override
    public NumberFormat numberFormat() {
      return NumberFormat.DECIMAL;
    }
  }

  private static final class OfByteArray implements Codec<byte[]> {
    @Override
    public Bytes encode(byte[] value) {
      return Bytes.of(value);
    }

    @Override
    public byte[] decode(Bytes bytes) {
      return bytes.toArray();
    }

    @Override
    public NumberFormat numberFormat() {
      return NumberFormat.DECIMAL;
    }
  }

  private static final class OfLong implements Codec<Long> {
    @Override
    public Bytes encode(Long value) {
      return Bytes.wrap(ByteBuffer.allocate(8).putLong(value ^ Long.MIN_VALUE).array());
    }

    @Override
    public Long decode(Bytes bytes) {
      if (bytes.size() != 8) {
        throw new IllegalArgumentException(
            "a number has 8 bytes, not " + bytes.size() + ": " + bytes);
      }
      long value = 0;
      for (int i = 0; i < 8; i++) {
        value = value << 8 | (bytes.at(i) & 0xFF);
      }
      return value ^ Long.MIN_VALUE;
    }

    @Override
    public NumberFormat numberFormat() {
      return NumberFormat.BINARY;
    }
  }

  private static final class OfUuid implements Codec<UUID> {
    @Override
    public Bytes encode(UUID value) {
      return Bytes.wrap(
          ByteBuffer.allocate(16)
              .putLong(value.getMostSignificantBits())
              .putLong(value.getLeastSignificantBits())
              .array());
    }

    @Override
    public UUID decode(Bytes bytes) {
      if (bytes.size() != 16) {
        throw new IllegalArgumentException(
            "a UUID has 16 bytes, not " + bytes.size() + ": " + bytes);
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes.toArray());
      return new UUID(buffer.getLong(), buffer.getLong());
    }
  }
}
