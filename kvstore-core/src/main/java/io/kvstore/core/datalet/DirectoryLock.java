package io.kvstore.core.datalet;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
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
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /** Locks a directory, given by its real path. */
  public static DirectoryLock take(Path directory) throws IOException {
    return take(directory, directory);
  }

  /**
   * Locks a directory, given by its real path, that is a part of another.
   *
   * @param whole what the user knows: the directory that is said to be in use when this one is
   */
  static DirectoryLock take(Path directory, Path whole) throws IOException {
    if (!HELD_HERE.add(directory)) {
      throw new IllegalStateException(
          whole + " is already open in this process: close the store that uses it first");
    }
    try {
      FileChannel channel = FileChannel.open(directory.resolve(NAME), CREATE, WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        throw new IllegalStateException(
            whole + " is in use by another process: stop that one, or use another directory");
      }
      return new DirectoryLock(directory, channel);
    } catch (IOException | RuntimeException | Error failed) {
      HELD_HERE.remove(directory);
      throw failed;
    }
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
