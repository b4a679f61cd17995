package io.kvstore.ratis;

import io.kvstore.core.engine.HeldEntries;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer.Pair;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** All that the state machine of a shard holds, in one file of checked chunks. */
final class SnapshotFile {
  private static final long MAGIC = 0x6b76736e61703031L; // kvsnap01
  private static final String UNFINISHED = ".unfinished";

  /**
   * What is in a snapshot.
   *
   * @param contents the entries, and how far they go
   * @param clients who was answered what
   * @param agreed what the group has agreed on
   */
  record Snapshot(Contents contents, RememberedClients clients, Agreed agreed) {}

  private SnapshotFile() {}

  /** Shows what a shard holds, part by part. */
  interface Parts {
    /** The next entries; none at the end. */
    List<Pair> next() throws IOException;
  }

  /**
   * Writes a snapshot: all of the file is there, on disk, or nothing.
   *
   * @param held its figures; the entries come from the parts
   */
  static void write(
      Path file, HeldEntries held, RememberedClients clients, Agreed agreed, Parts parts)
      throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) {
      ChunkedOutput chunks = new ChunkedOutput(out);
      DataOutputStream data = new DataOutputStream(chunks);
      data.writeLong(MAGIC);
      data.writeLong(held.position());
      data.writeLong(held.time());
      data.writeLong(held.highestVersion());
      agreed.write(data);
      clients.write(data);
      writeEntries(data, held.size(), parts);
      data.flush();
      chunks.finish();
      out.getChannel().force(true);
    } catch (IOException | RuntimeException | Error failed) {
      Files.deleteIfExists(unfinished);
      throw failed;
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private static void writeEntries(DataOutputStream out, int number, Parts parts)
      throws IOException {
    out.writeInt(number);
    int written = 0;
    for (List<Pair> part = parts.next(); !part.isEmpty(); part = parts.next()) {
      for (Pair pair : part) {
        AnswerFormat.writePair(out, pair);
      }
      written += part.size();
    }
    if (written != number) {
      throw new IOException("there were " + written + " entries, and not " + number);
    }
  }

  /** Deletes what processes have begun to write in a directory that did not come to its end. */
  static void deleteUnfinished(Path directory) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, "*" + UNFINISHED)) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
  }

  /**
   * Reads a snapshot.
   *
   * @throws IOException when the file is damaged; the message names it, and what to do
   */
  static Snapshot read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      return readFrom(new DataInputStream(new ChunkedInput(in)));
    } catch (IOException damaged) {
      throw new IOException(
          "the snapshot "
              + file
              + " is damaged ("
              + damaged.getMessage()
              + "): remove this member from the group, delete its directory, and add it again: the"
              + " others give it what they have",
          damaged);
    }
  }

  private static Snapshot readFrom(DataInputStream in) throws IOException {
    if (in.readLong() != MAGIC) {
      throw new IOException("it is no snapshot of a shard");
    }
    long position = in.readLong();
    long time = in.readLong();
    long highestVersion = in.readLong();
    Agreed agreed = Agreed.read(in);
    RememberedClients clients = RememberedClients.read(in, RememberedClients.CLIENTS_LIMIT);
    List<Pair> entries = new ArrayList<>(Coding.readList(in, AnswerFormat::readPair));
    return new Snapshot(
        new Contents(entries, time, highestVersion, position, List.of()), clients, agreed);
  }
}
