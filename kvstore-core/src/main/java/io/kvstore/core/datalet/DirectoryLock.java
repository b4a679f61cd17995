package io.kvstore.core.datalet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to use a directory, held by one opener at a time among all processes.
 *
 * <p>Closing any channel to a locked file may give the lock back, whichever channel took it. So a
 * second opening in this process must be refused before it touches the file: that is what the set
 * is for.
 */
public final class DirectoryLock implements AutoCloseable {
  private static final String NAME = "LOCK";
  private static final int HOLDER_BYTES = 32;
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Locks a directory, given by its real path.
   *
   * @throws IllegalStateException when it is locked already, here or in another process
   */
  public static DirectoryLock take(Path directory) throws IOException {
    if (!HELD_HERE.add(directory)) {
      throw new IllegalStateException(
          directory + " is already open in this process: close the datalet that uses it first");
    }
    try {
      return new DirectoryLock(directory, lock(directory));
    } catch (IOException | RuntimeException | Error failed) {
      HELD_HERE.remove(directory);
      throw failed;
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel = FileChannel.open(directory.resolve(NAME), CREATE, READ, WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new IllegalStateException(
            directory
                + " is in use by another process"
                + read(channel)
                + ": stop that one, or use another directory");
      }
      write(channel, " (" + ProcessHandle.current().pid() + ")");
      return channel;
    } catch (IOException | RuntimeException | Error failed) {
      channel.close();
      throw failed;
    }
  }

  /** What the holder has written; it may just be about to. */
  private static String read(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(HOLDER_BYTES);
    channel.read(text, 0);
    return new String(text.array(), 0, text.position(), US_ASCII);
  }

  private static void write(FileChannel channel, String holder) throws IOException {
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(holder.getBytes(US_ASCII)), 0);
  }

  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
    } catch (IOException failed) {
      throw new UncheckedIOException("cannot unlock " + directory + ": " + failed, failed);
    } finally {
      HELD_HERE.remove(directory);
    }
  }
}
