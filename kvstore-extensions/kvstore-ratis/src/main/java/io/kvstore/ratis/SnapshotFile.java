package io.kvstore.ratis;

import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer.Pair;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** All that the state machine of a shard holds, in one file of checked chunks. */
final class SnapshotFile {
  private static final long MAGIC = 0x6b76736e61703031L; // kvsnap01

  /**
   * What is in a snapshot.
   *
   * @param contents the entries, and how far they go
   * @param clients who was answered what
   * @param keepsChanges whether the group keeps what changes
   */
  record Snapshot(Contents contents, RememberedClients clients, boolean keepsChanges) {}

  private SnapshotFile() {}

  /** Writes a snapshot: all of the file is there, on disk, or nothing. */
  static void write(Path file, Snapshot snapshot) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) {
      ChunkedOutput chunks = new ChunkedOutput(out);
      DataOutputStream data = new DataOutputStream(chunks);
      writeTo(data, snapshot);
      data.flush();
      chunks.finish();
      out.getChannel().force(true);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private static void writeTo(DataOutputStream out, Snapshot snapshot) throws IOException {
    Contents contents = snapshot.contents();
    out.writeLong(MAGIC);
    out.writeLong(contents.position());
    out.writeLong(contents.time());
    out.writeLong(contents.highestVersion());
    out.writeBoolean(snapshot.keepsChanges());
    snapshot.clients().write(out);
    List<Pair> entries = contents.entries();
    Coding.writeList(out, entries, AnswerFormat::writePair);
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
    boolean keepsChanges = in.readBoolean();
    RememberedClients clients = RememberedClients.read(in, RememberedClients.CLIENTS_LIMIT);
    List<Pair> entries = new ArrayList<>(Coding.readList(in, AnswerFormat::readPair));
    return new Snapshot(
        new Contents(entries, time, highestVersion, position, List.of()), clients, keepsChanges);
  }
}
