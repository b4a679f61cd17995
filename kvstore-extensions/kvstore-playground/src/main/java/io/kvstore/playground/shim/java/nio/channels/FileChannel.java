package io.kvstore.playground.shim.java.nio.channels;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/** A page has no files: simulated stores keep what they write on simulated disks. */
@SuppressWarnings("DoNotCallSuggester") // the code that calls them is that of the library
public abstract class FileChannel implements AutoCloseable {
  private FileChannel() {}

  /** Fails. */
  public static FileChannel open(Path path, OpenOption... options) throws IOException {
    throw new IOException("there are no files here: " + path);
  }

  /** Fails. */
  public static FileChannel open(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return open(path);
  }

  /** Reads. */
  public abstract int read(ByteBuffer buffer, long from) throws IOException;

  /** Writes. */
  public abstract int write(ByteBuffer buffer, long from) throws IOException;

  /** Makes it durable. */
  public abstract void force(boolean all) throws IOException;

  /** Cuts it. */
  public abstract FileChannel truncate(long size) throws IOException;

  /** How long it is. */
  public abstract long size() throws IOException;

  /** Locks it. */
  public abstract FileLock tryLock() throws IOException;

  /** Whether it is open. */
  public abstract boolean isOpen();

  @Override
  public abstract void close() throws IOException;
}
