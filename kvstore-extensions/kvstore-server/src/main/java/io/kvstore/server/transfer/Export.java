package io.kvstore.server.transfer;

import io.kvstore.Bytes;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Optional;

/**
 * Writes the entries of a store to a file, in the order of their keys. It reads them page by page,
 * and holds one page at a time; what is written meanwhile may be in the file or not.
 */
public final class Export {
  /** Where entries come from. */
  public interface Source {
    /** The entries that follow a key, or the first ones: a page of them. */
    Page after(Optional<Bytes> key) throws IOException;
  }

  /**
   * Some entries.
   *
   * @param lines one for each
   * @param last the last key of the page, when others may follow
   */
  public record Page(List<String> lines, Optional<Bytes> last) {}

  private final Source source;
  private final Progress progress;

  /** From this source. */
  public Export(Source source, Progress progress) {
    this.source = source;
    this.progress = progress;
  }

  /**
   * Writes the entries that follow a key, or all of them.
   *
   * @param after the last key that is written already
   * @param already how many entries are in the file already
   * @return how many there are in the file
   */
  public long to(Writer out, Optional<Bytes> after, long already) throws IOException {
    Optional<Bytes> last = after;
    long entries = already;
    try {
      while (true) {
        Page page = source.after(last);
        for (String line : page.lines()) {
          out.write(line + "\n");
        }
        out.flush();
        entries += page.lines().size();
        progress.at(entries);
        if (page.last().isEmpty()) {
          out.write(EntryLine.end(entries) + "\n");
          out.flush();
          return entries;
        }
        last = page.last();
      }
    } finally {
      progress.end();
    }
  }
}
