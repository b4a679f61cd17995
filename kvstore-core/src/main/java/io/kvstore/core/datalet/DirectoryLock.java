package io.kvstore.core.datalet;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
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
  private final RandomAccessFile file;

  private DirectoryLock(Path directory, RandomAccessFile file) {
    this.directory = directory;
    this.file = file;
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
      // A file and no channel: what a channel reads and writes ends with an interrupt.
      RandomAccessFile file = new RandomAccessFile(directory.resolve(NAME).toFile(), "rw");
      if (file.getChannel().tryLock() == null) {
        String holder = holder(file);
        file.close();
        throw new IllegalStateException(
            whole
                + " is in use by another process"
                + holder
                + ": stop that one, or use another directory");
      }
      sign(file);
      return new DirectoryLock(directory, file);
    } catch (IOException | RuntimeException | Error failed) {
      HELD_HERE.remove(directory);
      throw failed;
    }
  }

  /** Writes down which process has locked a file. */
  private static void sign(RandomAccessFile locked) {
    try {
      locked.setLength(0);
      locked.writeBytes(Long.toString(ProcessHandle.current().pid()));
    } catch (IOException full) {
      // It is locked all the same.
    }
  }

  /** The number of the process that has locked a file, in brackets, if it can be read. */
  private static String holder(RandomAccessFile locked) {
    try {
      String number = locked.readLine();
      return number == null ? "" : " (" + number + ")";
    } catch (IOException unreadable) { // some systems do not show what is locked
      return "";
    }
  }

  @Override
  public void close() {
    if (!file.getChannel().isOpen()) {
      return;
    }
    try {
      file.close();
    } catch (IOException failed) {
      throw new UncheckedIOException("cannot unlock " + directory + ": " + failed, failed);
    } finally {
      HELD_HERE.remove(directory);
    }
  }
}
