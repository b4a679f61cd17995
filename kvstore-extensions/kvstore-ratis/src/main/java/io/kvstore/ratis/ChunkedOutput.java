package io.kvstore.ratis;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/** Writes a file in chunks, each with its length and its checksum, and an empty one at the end. */
final class ChunkedOutput extends OutputStream {
  /** How long a chunk is, but for the last. */
  static final int CHUNK_BYTES = 1 << 20;

  private final DataOutputStream file;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private int length;

  ChunkedOutput(OutputStream file) {
    this.file = new DataOutputStream(file);
  }

  @Override
  public void write(int single) throws IOException {
    chunk[length++] = (byte) single;
    if (length == CHUNK_BYTES) {
      writeChunk();
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    int done = 0;
    while (done < count) {
      int part = Math.min(count - done, CHUNK_BYTES - length);
      System.arraycopy(bytes, offset + done, chunk, length, part);
      length += part;
      done += part;
      if (length == CHUNK_BYTES) {
        writeChunk();
      }
    }
  }

  private void writeChunk() throws IOException {
    CRC32C checksum = new CRC32C();
    checksum.update(chunk, 0, length);
    file.writeInt(length);
    file.writeInt((int) checksum.getValue());
    file.write(chunk, 0, length);
    length = 0;
  }

  /** Writes what is left, and the end. */
  void finish() throws IOException {
    if (length > 0) {
      writeChunk();
    }
    file.writeInt(0);
    file.flush();
  }
}
