package io.kvstore.playground.shim.java.util.zip;

import java.nio.ByteBuffer;
import java.util.zip.Checksum;

/** The checksum of Castagnoli (RFC 3720), bit for bit that of the JDK. */
public final class CRC32C implements Checksum {
  private static final int REVERSED_POLYNOMIAL = 0x82f63b78;
  private static final int[] OF_BYTE = new int[256];

  static {
    for (int value = 0; value < OF_BYTE.length; value++) {
      int crc = value;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ REVERSED_POLYNOMIAL;
      }
      OF_BYTE[value] = crc;
    }
  }

  private int crc = -1;

  /** Of nothing yet. */
  public CRC32C() {}

  @Override
  public void update(int value) {
    crc = OF_BYTE[(crc ^ value) & 0xff] ^ (crc >>> 8);
  }

  @Override
  public void update(byte[] bytes) {
    update(bytes, 0, bytes.length);
  }

  @Override
  public void update(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      update(bytes[i]);
    }
  }

  @Override
  public void update(ByteBuffer buffer) {
    while (buffer.hasRemaining()) {
      update(buffer.get());
    }
  }

  @Override
  public long getValue() {
    return ~crc & 0xffffffffL;
  }

  @Override
  public void reset() {
    crc = -1;
  }
}
