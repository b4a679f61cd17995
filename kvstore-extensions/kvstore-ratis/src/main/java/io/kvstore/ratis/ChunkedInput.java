package io.kvstore.ratis;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

/** Reads what {@link ChunkedOutput} wrote, and checks it. */
final class ChunkedInput extends InputStream {
  private final DataInputStream file;
  private byte[] chunk = new byte[0];
  private int at;
  private int number;
  private boolean isAtEnd;

  ChunkedInput(InputStream file) {
    this.file = new DataInputStream(file);
  }

  @Override
  public int read() throws IOException {
    return hasMore() ? chunk[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (!hasMore()) {
      return -1;
    }
    int part = Math.min(count, chunk.length - at);
    System.arraycopy(chunk, at, bytes, offset, part);
    at += part;
    return part;
  }

  private boolean hasMore() throws IOException {
    if (at == chunk.length && !isAtEnd) {
      readChunk();
    }
    return !isAtEnd;
  }

  private void readChunk() throws IOException {
    try {
      int length = file.readInt();
      if (length == 0) {
        isAtEnd = true;
        return;
      }
      if (length < 0 || length > ChunkedOutput.CHUNK_BYTES) {
        throw new IOException("chunk " + number + " cannot be " + length + " bytes long");
      }
      int expected = file.readInt();
      byte[] bytes = new byte[length];
      file.readFully(bytes);
      CRC32C checksum = new CRC32C();
      checksum.update(bytes, 0, length);
      if ((int) checksum.getValue() != expected) {
        throw new IOException("chunk " + number + " does not have its checksum");
      }
      chunk = bytes;
      at = 0;
      number++;
    } catch (EOFException torn) {
      throw new IOException("it ends in the middle of chunk " + number, torn);
    }
  }
}
