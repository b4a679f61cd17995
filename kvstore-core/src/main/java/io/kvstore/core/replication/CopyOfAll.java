package io.kvstore.core.replication;

import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Storage.Contents;

/** All that is performed, for a member that needs what is no longer in the log. */
public record CopyOfAll(
    long epoch, Contents contents, long applied, RememberedAnswers answers, EpochStarts starts)
    implements Message {
  @Override
  public long footprint() {
    return Footprint.of(contents);
  }
}
