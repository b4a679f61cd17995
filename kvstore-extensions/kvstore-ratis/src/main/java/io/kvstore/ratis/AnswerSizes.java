package io.kvstore.ratis;

import io.kvstore.ratis.Result.Done;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** About how long answers are. */
final class AnswerSizes {
  private static final int FIXED_BYTES = 32;

  private AnswerSizes() {}

  static long of(List<Done> parts) {
    long all = 0;
    for (Done part : parts) {
      all += of(part.answer());
    }
    return all;
  }

  private static long of(Answer answer) {
    if (answer instanceof Written written) {
      return FIXED_BYTES + of(written.before()) + of(written.after());
    }
    if (answer instanceof WrittenTogether together) {
      return FIXED_BYTES + together.parts().stream().mapToLong(AnswerSizes::of).sum();
    }
    if (answer instanceof Transacted transacted) {
      return FIXED_BYTES + transacted.parts().stream().mapToLong(AnswerSizes::of).sum();
    }
    if (answer instanceof Listed listed) {
      return FIXED_BYTES
          + listed.pairs().stream().mapToLong(pair -> pair.key().size() + of(pair.entry())).sum();
    }
    return FIXED_BYTES + (answer instanceof Found found ? of(found.entry()) : 0);
  }

  private static long of(@Nullable Entry entry) {
    int valueBytes = entry == null || entry.isTombstone() ? 0 : entry.presentValue().size();
    return (long) FIXED_BYTES + valueBytes;
  }
}
