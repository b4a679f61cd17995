package io.kvstore.server.client;

import io.kvstore.Bytes;
import io.kvstore.server.transfer.EntryLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A page of entries, as {@code /entries} sends it.
 *
 * @param lines one for each entry
 * @param last behind which key to go on; nothing at the end
 */
record EntryPage(List<String> lines, Optional<Bytes> last) {
  static EntryPage read(Remote remote, String path) throws Trouble {
    Reply reply = remote.expect(remote.get(path), 200);
    return new EntryPage(
        reply.text().lines().toList(), reply.header("Next-After64").map(Remote::bytes));
  }

  List<EntryLine> entries() throws Trouble {
    List<EntryLine> entries = new ArrayList<>();
    for (String line : lines) {
      try {
        entries.add(EntryLine.of(EntryLine.parse(line)));
      } catch (IllegalArgumentException foreign) {
        throw new Trouble(
            Trouble.REFUSED,
            "the server speaks of entries in another way: " + foreign.getMessage());
      }
    }
    return entries;
  }
}
