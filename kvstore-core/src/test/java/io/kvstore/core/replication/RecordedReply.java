package io.kvstore.core.replication;

import io.kvstore.core.spi.Reply;
import io.kvstore.spi.Answer;
import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.List;

/** A reply that keeps what it was told. */
final class RecordedReply implements Reply {
  private final List<String> told = new ArrayList<>();
  private boolean abandoned;

  /** What it was told, in order. */
  List<String> told() {
    return told;
  }

  void abandon() {
    abandoned = true;
  }

  @Override
  public boolean begin() {
    return !abandoned;
  }

  @Override
  public void answer(Answer answer) {
    told.add("answer " + answer);
  }

  @Override
  public void answer(Answer answer, long position) {
    told.add("answer " + answer + " at " + position);
  }

  @Override
  public void answer(Answer answer, VectorClock seen) {
    told.add("answer " + answer + " at " + seen);
  }

  @Override
  public void refuse(String why) {
    told.add("refused: " + why);
  }

  @Override
  public void waitFor(String what) {
    told.add("waits for " + what);
  }

  @Override
  public boolean isAbandoned() {
    return abandoned;
  }
}
