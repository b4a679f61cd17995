package io.kvstore.core.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.IndeterminateException;
import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import io.kvstore.core.loop.Actor;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Operation;
import io.kvstore.spi.VectorClock;
import org.junit.jupiter.api.Test;

class SingleOutcomeTest {
  private static final Answer ANSWER = new Counted(1, Entry.NEVER);

  private final Plain command = new Plain(new Clear());
  private final Plain query = new Plain(new Get(Bytes.of("k")));

  @Test
  void itBeginsOnceAndNotAfterItsEnd() {
    assertThat(command.isWaiting()).isTrue();
    assertThat(command.tryBegin()).isTrue();
    assertThat(command.tryBegin()).isFalse();
    assertThat(command.hasBegun()).isTrue();
    assertThat(query.endUnanswered("no time")).isTrue();

    assertThat(query.tryBegin()).isFalse();
    assertThat(query.isDone()).isTrue();
  }

  @Test
  void theFirstEndIsTheOutcome() {
    assertThat(command.answerOrNull()).isNull();
    assertThat(command.endWith(ANSWER)).isTrue();
    assertThat(command.endRefused("too late", false)).isFalse();
    assertThat(command.endUnanswered("too late")).isFalse();
    assertThat(command.endWith(new Counted(2, Entry.NEVER))).isFalse();

    assertThat(command.outcome(null)).isEqualTo(ANSWER);
    assertThat(command.answerOrNull()).isEqualTo(ANSWER);
  }

  @Test
  void onlyACommandThatHasBegunMayTakeEffectWithoutAnAnswer() {
    Plain waiting = new Plain(new Clear());
    waiting.endUnanswered("no time");
    query.tryBegin();
    query.endUnanswered("no time");
    command.tryBegin();
    command.endUnanswered("no time");

    assertThatThrownBy(() -> waiting.outcome(null)).isInstanceOf(UnavailableException.class);
    assertThatThrownBy(() -> query.outcome(null)).isInstanceOf(UnavailableException.class);
    assertThatThrownBy(() -> command.outcome(null))
        .isInstanceOf(IndeterminateException.class)
        .hasMessageContaining("no time");
  }

  @Test
  void aRefusalCountsUnlessItMayHaveBegunElsewhere() {
    query.endRefused("not here", false);
    command.endRefused("not here", true);

    assertThatThrownBy(() -> query.outcome(null)).isInstanceOf(UnavailableException.class);
    assertThatThrownBy(() -> command.outcome(null)).isInstanceOf(IndeterminateException.class);
    assertThat(command.why()).isEqualTo("not here");
  }

  @Test
  void itTellsWhatItWaitsFor() {
    command.waitFor("the end");

    assertThat(command.waitsFor()).isEqualTo("it was waiting for the end");
  }

  /** A request that nobody has sent anywhere. */
  private static final class Plain extends SingleOutcome {
    private final Operation operation;

    Plain(Operation operation) {
      this.operation = operation;
    }

    @Override
    public Operation operation() {
      return operation;
    }

    @Override
    public int client() {
      return 1;
    }

    @Override
    public long sequence() {
      return 1;
    }

    @Override
    public Consistency level() {
      return Consistency.SEQUENTIAL;
    }

    @Override
    public long position() {
      return 0;
    }

    @Override
    public VectorClock seen() {
      return VectorClock.ZERO;
    }

    @Override
    public boolean begin() {
      return tryBegin();
    }

    @Override
    public void answer(Answer result) {}

    @Override
    public void answer(Answer result, long position) {}

    @Override
    public void answer(Answer result, VectorClock seen) {}

    @Override
    public void refuse(String why) {}

    @Override
    public boolean isAbandoned() {
      return isDone();
    }

    @Override
    protected boolean isOverdueAt(long now) {
      return false;
    }

    @Override
    protected void giveUp() {}

    @Override
    protected boolean moveOn() {
      return false;
    }

    @Override
    protected long begunIn() {
      return Long.MAX_VALUE;
    }

    @Override
    protected void lose(String why) {}

    @Override
    protected TraceEvent endAsEvent(long time, int shard, NodeId node) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected Actor actor() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void deliver() {}

    @Override
    public void run() {}
  }
}
