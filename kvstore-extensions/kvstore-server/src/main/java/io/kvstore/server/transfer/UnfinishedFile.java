package io.kvstore.server.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.Bytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file to which an export was written that did not come to its end.
 *
 * @param entries how many entries are in it
 * @param last the key of the last one
 */
public record UnfinishedFile(long entries, Optional<Bytes> last) {
  /**
   * Reads such a file, and cuts off a line at its end that was not written as a whole.
   *
   * @throws IOException when it is none
   */
  public static UnfinishedFile read(Path file) throws IOException {
    long entries = 0;
    long whole = 0;
    long at = 0;
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    Optional<Bytes> last = Optional.empty();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        at++;
        if (next != '\n') {
          line.write(next);
          continue;
        }
        try {
          last = Optional.of(EntryLine.of(EntryLine.parse(line.toString(UTF_8))).key());
        } catch (IllegalArgumentException wrong) {
          throw new IOException(
              file + ", line " + (entries + 1) + ": " + wrong.getMessage(), wrong);
        }
        line.reset();
        entries++;
        whole = at;
      }
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      FileChannel unused = channel.truncate(whole);
    }
    return new UnfinishedFile(entries, last);
  }
}
