package io.kvstore.testkit.record;

import io.kvstore.Bytes;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Write;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether what was shown of one version of a key was the same each time. */
final class Sightings {
  private record Version(Bytes key, long version) {}

  private final Map<Version, Entry> first = new HashMap<>();
  private Optional<String> unlike = Optional.empty();

  Sightings(List<Note> notes) {
    notes.stream().filter(note -> note.ended).forEach(this::look);
  }

  /** The first that was not, in a sentence. */
  Optional<String> unlike() {
    return unlike;
  }

  private void look(Note note) {
    Answer answer = note.answer;
    if (answer instanceof Found found && note.operation instanceof Get get) {
      look(get.key(), found.entry());
    } else if (answer instanceof Listed listed) {
      listed.pairs().forEach(pair -> look(pair.key(), pair.entry()));
    } else if (answer instanceof Written written && note.operation instanceof Write write) {
      look(write.key(), written.before());
      look(write.key(), written.after());
    } else if (answer instanceof WrittenTogether together
        && together.isApplied()
        && note.operation instanceof Batch batch) {
      look(batch, together);
    }
  }

  /** All parts of a batch have one version, so of each key only what it ends with is looked at. */
  private void look(Batch batch, WrittenTogether together) {
    Map<Bytes, Written> last = new HashMap<>();
    for (int i = 0; i < batch.writes().size(); i++) {
      Bytes key = batch.writes().get(i).key();
      Written part = together.parts().get(i);
      if (last.put(key, part) == null) {
        look(key, part.before());
      }
    }
    last.forEach((key, part) -> look(key, part.after()));
  }

  private void look(Bytes key, @Nullable Entry entry) {
    if (entry == null) {
      return;
    }
    Entry before = first.putIfAbsent(new Version(key, entry.version()), entry);
    if (before != null && !isSame(before, entry) && unlike.isEmpty()) {
      unlike =
          Optional.of(
              "one version of " + key.toText() + " was shown as " + before + " and as " + entry);
    }
  }

  private static boolean isSame(Entry one, Entry other) {
    return Objects.equals(one.value(), other.value())
        && one.flags() == other.flags()
        && one.expiresAt() == other.expiresAt();
  }
}
