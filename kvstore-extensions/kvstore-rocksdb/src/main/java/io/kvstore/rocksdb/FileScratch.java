package io.kvstore.rocksdb;

import io.kvstore.Bytes;
import io.kvstore.core.datalet.EntryFormat;
import io.kvstore.core.spi.Datalet.Scratch;
import io.kvstore.core.spi.Datalet.Visitor;
import io.kvstore.spi.Answer.Pair;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Entries in a file of their own beside a database. It is deleted when they are needed no more. */
final class FileScratch implements Scratch {
  private static final int BUFFER_BYTES = 64 << 10;

  private final Path file;
  private final OutputStream unbuffered;
  private final DataOutputStream out;
  private final Consumer<FileScratch> onClose;
  private long entries;

  /** In a new file. */
  FileScratch(Path file, Consumer<FileScratch> onClose) {
    this.file = file;
    this.onClose = onClose;
    try {
      unbuffered = Files.newOutputStream(file);
    } catch (IOException failed) {
      throw failure("make", failed);
    }
    out = new DataOutputStream(new BufferedOutputStream(unbuffered, BUFFER_BYTES));
  }

  @Override
  public void add(List<Pair> more) {
    try {
      for (Pair each : more) {
        write(each.key().toArray());
        write(EntryFormat.encode(each.entry()));
        entries++;
      }
    } catch (IOException failed) {
      throw failure("write", failed);
    }
  }

  private void write(byte[] part) throws IOException {
    out.writeInt(part.length);
    out.write(part);
  }

  @Override
  public void forEach(Visitor visitor) {
    try {
      out.flush();
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES))) {
        boolean goesOn = true;
        for (long i = 0; goesOn && i < entries; i++) {
          goesOn = visitor.visit(Bytes.wrap(read(in)), EntryFormat.decode(read(in)));
        }
      }
    } catch (IOException failed) {
      throw failure("read", failed);
    }
  }

  private static byte[] read(DataInputStream in) throws IOException {
    byte[] part = new byte[in.readInt()];
    in.readFully(part);
    return part;
  }

  private UncheckedIOException failure(String what, IOException cause) {
    return new UncheckedIOException("cannot " + what + " " + file + ": " + cause, cause);
  }

  @Override
  public void close() {
    onClose.accept(this);
    try (unbuffered) { // what is still in the buffer is needed no more, and may not fit on the disk
      Files.deleteIfExists(file);
    } catch (IOException failed) {
      throw failure("delete", failed);
    }
  }
}
