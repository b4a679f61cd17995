package io.kvstore.core.datalet;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** A directory of the file system, locked for as long as it is open. */
final class FileSystemDisk implements Disk {
  private static final boolean DIRECTORIES_CAN_BE_FORCED =
      !System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");

  private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);
  private static final Set<OpenOption> WRITE =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
  private static final Set<OpenOption> CREATE_AND_WRITE =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

  private final Path directory;
  private final DirectoryLock lock;

  private FileSystemDisk(Path directory, DirectoryLock lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Opens a directory, and makes it where it is missing.
   *
   * @param whole the directory that the user knows, of which it is a part
   * @throws IllegalStateException when it is open already, here or in another process
   */
  static FileSystemDisk open(Path directory, Path whole) {
    try {
      makeDurably(directory.toAbsolutePath());
      Path real = directory.toRealPath();
      DirectoryLock lock = DirectoryLock.take(real, whole.toRealPath());
      try {
        return new FileSystemDisk(real, lock);
      } catch (RuntimeException | Error failed) {
        lock.close();
        throw failed;
      }
    } catch (IOException failed) {
      throw failure("open", directory, failed);
    }
  }

  /** Deletes a directory with the files in it, if it is there; it is open nowhere. */
  static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException failed) {
      throw failure("delete", directory, failed);
    }
    forceNames(directory.resolveSibling("."));
  }

  @Override
  public List<String> list() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException failed) {
      throw failure("list", directory, failed);
    }
  }

  @Override
  public Disk.File create(String name) {
    return new OpenFile(directory.resolve(name), CREATE_AND_WRITE);
  }

  @Override
  public Disk.File open(String name) {
    return new OpenFile(directory.resolve(name), WRITE);
  }

  @Override
  public void delete(String name) {
    Path file = directory.resolve(name);
    try {
      Files.delete(file);
    } catch (IOException failed) {
      throw failure("delete", file, failed);
    }
  }

  @Override
  public void rename(String name, String newName) {
    Path file = directory.resolve(name);
    try {
      Files.move(file, directory.resolve(newName), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw failure("rename", file, failed);
    }
  }

  @Override
  public void forceNames() {
    forceNames(directory);
  }

  @Override
  public void close() {
    lock.close();
  }

  private static void makeDurably(Path directory) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path each = directory; each != null && !Files.exists(each); each = each.getParent()) {
      missing.push(each);
    }
    Files.createDirectories(directory);
    for (Path made : missing) {
      forceNames(made.resolveSibling("."));
    }
  }

  private static void forceNames(Path directory) {
    if (DIRECTORIES_CAN_BE_FORCED) {
      try (OpenFile open = new OpenFile(directory, READ)) {
        open.force();
      }
    }
  }

  private static UncheckedIOException failure(String task, Path file, IOException cause) {
    return new UncheckedIOException("cannot " + task + " " + file + ": " + cause, cause);
  }

  /**
   * A file behind a channel that outlives interrupts.
   *
   * <p>Java closes a channel whose thread is interrupted. A log must not end because a caller
   * cancelled a task on its thread, so the file is opened again and the step repeated: every step
   * says where in the file it works, and may be done twice.
   */
  private static final class OpenFile implements Disk.File {
    /**
     * Java copies what it moves through memory that it keeps for each thread: small pieces keep
     * that small.
     */
    private static final int PIECE_BYTES = 1 << 20;

    private final Path path;
    private final Set<OpenOption> again;
    private FileChannel channel;

    OpenFile(Path path, Set<OpenOption> options) {
      this.path = path;
      again = options.equals(CREATE_AND_WRITE) ? WRITE : options;
      try {
        channel = FileChannel.open(path, options);
      } catch (IOException failed) {
        throw failure("open", path, failed);
      }
    }

    @Override
    public Path path() {
      return path;
    }

    @Override
    public long size() {
      return attempt("measure", FileChannel::size);
    }

    @Override
    public void read(long offset, byte[] target, int start, int length) {
      attempt(
          "read",
          file -> {
            int done = 0;
            while (done < length) {
              int piece = Math.min(length - done, PIECE_BYTES);
              int read = file.read(ByteBuffer.wrap(target, start + done, piece), offset + done);
              if (read < 0) {
                throw new EOFException("it ends before offset " + (offset + length));
              }
              done += read;
            }
            return done;
          });
    }

    @Override
    public void write(long offset, byte[] source, int length) {
      attempt(
          "write",
          file -> {
            int done = 0;
            while (done < length) {
              int piece = Math.min(length - done, PIECE_BYTES);
              done += file.write(ByteBuffer.wrap(source, done, piece), offset + done);
            }
            return done;
          });
    }

    @Override
    public void truncate(long size) {
      attempt("truncate", file -> file.truncate(size));
    }

    @Override
    public void force() {
      attempt(
          "force",
          file -> {
            file.force(false);
            return file;
          });
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException failed) {
        throw failure("close", path, failed);
      }
    }

    private <T> T attempt(String task, Step<T> step) {
      boolean wasInterrupted = Thread.interrupted();
      try {
        while (true) {
          try {
            return step.apply(channel);
          } catch (ClosedByInterruptException interrupted) {
            wasInterrupted |= Thread.interrupted();
            channel = FileChannel.open(path, again);
          }
        }
      } catch (IOException failed) {
        throw failure(task, path, failed);
      } finally {
        if (wasInterrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  @FunctionalInterface
  private interface Step<T> {
    T apply(FileChannel channel) throws IOException;
  }
}
