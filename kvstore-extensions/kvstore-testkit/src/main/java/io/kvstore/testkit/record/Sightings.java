package io.kvstore.testkit.record;

import io.kvstore.Bytes;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Entry;
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
    if (note.answer instanceof Listed listed) {
      listed.pairs().forEach(pair -> look(pair.key(), pair.entry()));
    } else {
      look(Performed.by(note.operation, note.answer));
    }
  }

  /** All writes of one operation have one version, so only what each key ends with is looked at. */
  private void look(List<Performed> parts) {
    Map<Bytes, Written> last = new HashMap<>();
    for (Performed part : parts) {
      boolean isWrittenBefore = last.containsKey(part.key());
      if (part.answer() instanceof Written written) {
        if (!isWrittenBefore) {
          look(part.key(), written.before());
        }
        last.put(part.key(), written);
      } else if (!isWrittenBefore) {
        look(part.key(), ((Found) part.answer()).entry());
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
