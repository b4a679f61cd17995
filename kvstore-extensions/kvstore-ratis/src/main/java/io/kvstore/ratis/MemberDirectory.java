package io.kvstore.ratis;

import io.kvstore.NodeId;
import io.kvstore.spi.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one member: its logs and snapshots, with a record of whose they are. One process
 * at a time has it.
 */
final class MemberDirectory implements AutoCloseable {
  private static final String SPLITS = "splits";
  private static final String RECORD = "kvstore-member.properties";
  private static final String LOCK = "kvstore-member.lock";

  private final Path directory;
  private final FileChannel lock;

  private MemberDirectory(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Opens the directory of a member, or makes it.
   *
   * @throws IllegalStateException when it belongs to another member, or another process
   */
  static MemberDirectory open(Path path, NodeId self, String cluster, Settings settings) {
    try {
      Files.createDirectories(path);
      FileChannel lock = lock(path);
      try {
        compare(path, recordOf(self, cluster, settings));
        return new MemberDirectory(path, lock);
      } catch (IOException | RuntimeException refused) {
        lock.close();
        throw refused;
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(
          "the directory " + path + " of " + self + " cannot be used: " + broken.getMessage(),
          broken);
    }
  }

  private static FileChannel lock(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new IllegalStateException(
          "the directory " + path + " is in use: a member has one process at a time");
    }
    return channel;
  }

  private static Map<String, String> recordOf(NodeId self, String cluster, Settings settings) {
    Map<String, String> record = new TreeMap<>();
    record.put("format", "1");
    record.put("cluster", cluster);
    record.put("member", self.toString());
    record.put("shards", Integer.toString(settings.shards()));
    if (!settings.splits().isEmpty()) {
      record.put(SPLITS, GroupIds.splitsOf(settings));
    }
    record.put("valueBytes", Integer.toString(settings.limits().valueBytes()));
    return record;
  }

  private static void compare(Path path, Map<String, String> wanted) throws IOException {
    Path file = path.resolve(RECORD);
    if (!Files.exists(file)) {
      requireEmpty(path);
      write(file, wanted);
      return;
    }
    Properties there = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      there.load(in);
    }
    Set<String> names = new TreeSet<>(wanted.keySet());
    names.add(SPLITS); // which a store without them has no word of
    for (String name : names) {
      String value = there.getProperty(name, "");
      String mine = wanted.getOrDefault(name, "");
      if (!mine.equals(value)) {
        throw new IllegalStateException(
            "the directory "
                + path
                + " was written with "
                + name
                + " "
                + (value.isEmpty() ? "of none" : value)
                + ": it cannot be opened with "
                + (mine.isEmpty() ? "none" : mine));
      }
    }
  }

  private static void requireEmpty(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      Path other =
          files
              .filter(file -> !file.getFileName().toString().equals(LOCK))
              .findFirst()
              .orElse(null);
      if (other != null) {
        throw new IllegalStateException(
            "the directory "
                + path
                + " holds "
                + other.getFileName()
                + " and is of no member of a store on Ratis: name an empty one");
      }
    }
  }

  private static void write(Path file, Map<String, String> record) throws IOException {
    Properties properties = new Properties();
    properties.putAll(record);
    Path unfinished = file.resolveSibling(RECORD + ".unfinished");
    try (OutputStream out = Files.newOutputStream(unfinished)) {
      properties.store(out, "A member of a kvstore on Apache Ratis");
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Where the logs and snapshots are. */
  Path raft() {
    return directory.resolve("raft");
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
