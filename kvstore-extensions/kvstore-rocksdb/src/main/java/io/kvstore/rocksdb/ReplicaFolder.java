package io.kvstore.rocksdb;

import io.kvstore.core.datalet.DirectoryLock;
import io.kvstore.core.spi.DamagedFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of one replica, used by one datalet at a time.
 *
 * <pre>
 *   LOCK                held while it is open
 *   rocksdb-1           the database; of several, the one with the lowest number counts
 *   rocksdb-1.damaged   one that was replaced
 *   scratch-1           entries that are on their way here
 * </pre>
 *
 * A folder that is discarded is renamed, and deleted then: a process that dies amid that leaves no
 * part of a database where one is looked for.
 */
final class ReplicaFolder implements AutoCloseable {
  private static final Pattern DATABASE = Pattern.compile("rocksdb-(\\d{1,9})");
  private static final String SCRATCH = "scratch-";
  private static final boolean DIRECTORIES_CAN_BE_FORCED =
      !System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");

  private final Path directory;
  private final DirectoryLock lock;
  private int scratches; // that were made

  private ReplicaFolder(Path directory, DirectoryLock lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Opens it, and makes it where it is missing.
   *
   * @throws IllegalStateException when it is open already, here or in another process
   */
  static ReplicaFolder open(Path directory) {
    try {
      makeDurably(directory.toAbsolutePath());
      Path real = directory.toRealPath();
      ReplicaFolder folder = new ReplicaFolder(real, DirectoryLock.take(real));
      folder.deleteScratches();
      delete(discarded(real));
      return folder;
    } catch (IOException failed) {
      throw failure("open", directory, failed);
    }
  }

  private static void makeDurably(Path directory) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path each = directory; each != null && !Files.exists(each); each = each.getParent()) {
      missing.push(each);
    }
    Files.createDirectories(directory);
    missing.forEach(made -> forceNames(made.resolveSibling(".")));
  }

  /** Returns when the disk keeps which databases there are. */
  void forceNames() {
    forceNames(directory);
  }

  /** Where the database is that counts, or is to be made. */
  Path database() {
    List<Integer> numbers = numbers();
    Path counting = database(numbers.isEmpty() ? 1 : numbers.get(0));
    numbers.stream().skip(1).forEach(begun -> delete(database(begun))); // and never completed
    requireWhole(counting);
    return counting;
  }

  /** Where another database is to be made, which does not count yet. */
  Path another() {
    List<Integer> numbers = numbers();
    numbers.stream().skip(1).forEach(begun -> delete(database(begun)));
    return database(numbers.isEmpty() ? 1 : numbers.get(0) + 1);
  }

  /** From now on another database counts, and for good: those before it are put aside. */
  void setAsideBefore(Path another) {
    forceNames(directory);
    for (int number : numbers()) {
      Path older = database(number);
      if (older.equals(another)) {
        break;
      }
      Path aside = directory.resolve(older.getFileName() + ".damaged");
      try {
        delete(aside);
        Files.move(older, aside, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException failed) {
        throw failure("rename", older, failed);
      }
    }
    forceNames(directory);
  }

  private Path database(int number) {
    return directory.resolve("rocksdb-" + number);
  }

  private List<Integer> numbers() {
    return names(directory).stream()
        .map(DATABASE::matcher)
        .filter(Matcher::matches)
        .map(name -> Integer.valueOf(name.group(1)))
        .sorted()
        .toList();
  }

  /** RocksDB makes a new database where its first file is missing, whatever else is there. */
  private static void requireWhole(Path database) {
    Path current = database.resolve("CURRENT");
    if (Files.exists(current)) {
      requireManifest(current);
    } else if (Files.exists(database)) {
      for (String name : names(database)) {
        Path file = database.resolve(name);
        if (name.endsWith(".sst") || (name.endsWith(".log") && sizeOf(file) > 0)) {
          throw new DamagedFileException(current, 0, "it is missing, and " + name + " is there");
        }
      }
    }
  }

  /** RocksDB takes a manifest that is missing for an error of the file system, not for damage. */
  private static void requireManifest(Path current) {
    try {
      Path named =
          current.resolveSibling(Files.readString(current, StandardCharsets.UTF_8).strip());
      if (!Files.exists(named)) {
        throw new DamagedFileException(named, 0, "it is missing, and CURRENT names it");
      }
    } catch (MalformedInputException | InvalidPathException foreign) {
      throw new DamagedFileException(current, 0, "it names no file");
    } catch (IOException failed) {
      throw failure("read", current, failed);
    }
  }

  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException failed) {
      throw failure("look at", file, failed);
    }
  }

  /** A file that does not come back. */
  Path scratch() {
    return directory.resolve(SCRATCH + ++scratches);
  }

  private void deleteScratches() {
    names(directory).stream()
        .filter(name -> name.startsWith(SCRATCH))
        .forEach(name -> delete(directory.resolve(name)));
  }

  private static List<String> names(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException failed) {
      throw failure("list", directory, failed);
    }
  }

  /**
   * Deletes the folder of a replica. It is none any more when the first of its files is deleted.
   */
  static void discard(Path directory) {
    Path discarded = discarded(directory);
    delete(discarded);
    if (!Files.exists(directory)) {
      return;
    }
    try {
      Files.move(directory, discarded, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw failure("rename", directory, failed);
    }
    forceNames(directory.resolveSibling("."));
    delete(discarded);
  }

  private static Path discarded(Path directory) {
    return directory.resolveSibling(directory.getFileName() + ".discarded");
  }

  /** Deletes a file or folder with all that is in it, if it is there. */
  private static void delete(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException failed) {
      throw failure("delete", path, failed);
    }
    forceNames(path.resolveSibling("."));
  }

  private static void forceNames(Path directory) {
    if (DIRECTORIES_CAN_BE_FORCED) {
      try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
        names.force(true);
      } catch (IOException failed) {
        throw failure("force", directory, failed);
      }
    }
  }

  private static UncheckedIOException failure(String what, Path path, IOException cause) {
    return new UncheckedIOException("cannot " + what + " " + path + ": " + cause, cause);
  }

  @Override
  public void close() {
    lock.close();
  }
}
