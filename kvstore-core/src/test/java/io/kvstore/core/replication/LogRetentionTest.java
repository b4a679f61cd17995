package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.replication.LogRetention.Spread;
import io.kvstore.core.spi.Bounds;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Tick;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogRetentionTest {
  private static final int KEPT = 1_000;
  private static final NodeId SELF = NodeId.of(0);
  private static final NodeId OTHER = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);
  private static final View VIEW =
      new View(1, List.of(SELF, OTHER, THIRD), SELF, Consistency.EVENTUAL, Replication.PRIMARY);

  private final OrderedLog log = new OrderedLog(10, Bounds.DEFAULT.early(), Long.MAX_VALUE);
  private final Acknowledgements acknowledgements = new Acknowledgements(SELF);

  private LogRetention retention(boolean isDurable, boolean goesOnWithAny) {
    LogRetention retention = new LogRetention(log, acknowledgements, VIEW, isDurable ? KEPT : 0);
    acknowledgements.restart(VIEW, 1, 0);
    retention.restart(VIEW, goesOnWithAny);
    return retention;
  }

  private void fillUpTo(long last) {
    for (long position = log.last() + 1; position <= last; position++) {
      log.offer(new Ordered(position, 0, 1, position, new Tick()));
      log.noteEffect(position, new Counted(position, Long.MAX_VALUE));
    }
    acknowledgements.holds(SELF, last);
  }

  @Test
  void aPrimaryKeepsWhatNotAllHold() {
    LogRetention retention = retention(false, false);
    fillUpTo(8);
    acknowledgements.holds(OTHER, 8);
    acknowledgements.holds(THIRD, 5);
    retention.forget(true, 8, 8);

    assertThat(log.first()).isEqualTo(6);
    retention.forget(true, 3, 3);
    assertThat(log.first()).isEqualTo(6);
  }

  @Test
  void aBackupOfAGroupThatGoesOnWithAllForgetsWhatItHasPerformed() {
    LogRetention retention = retention(false, false);
    fillUpTo(8);
    retention.forget(false, 5, 5);

    assertThat(log.first()).isEqualTo(6);
  }

  @Test
  void whereMembersComeBackWithAPartTheLastThousandAreKept() {
    LogRetention retention = retention(true, false);
    OrderedLog kept = new OrderedLog();
    LogRetention ofKept = new LogRetention(kept, acknowledgements, VIEW, KEPT);
    for (long position = 1; position <= 1_500; position++) {
      kept.offer(new Ordered(position, 0, 1, position, new Tick()));
    }
    ofKept.forget(false, 1_400, 1_400);

    assertThat(kept.first()).isEqualTo(401);
    assertThat(retention.segments()).isEmpty();
  }

  @Test
  void whatIsTooMuchForTheLogIsCompactedForOneThatLagsBehind() {
    LogRetention retention = retention(false, true);
    fillUpTo(30);
    acknowledgements.holds(OTHER, 30);
    acknowledgements.holds(THIRD, 4);
    retention.forget(true, 30, 30);

    assertThat(log.last() - log.first()).isLessThan(10);
    assertThat(retention.segments()).isNotEmpty();
    assertThat(retention.segments().get(0).first()).isEqualTo(5);
    Spread told = retention.spread();
    assertThat(told.byAll()).isEqualTo(4);
    assertThat(told.compacted()).isEqualTo(log.first() - 1);
    acknowledgements.holds(THIRD, 30);
    retention.forget(true, 30, 30);
    assertThat(retention.segments()).isEmpty();
  }

  @Test
  void aBackupKeepsWhatThePrimaryTellsThatOthersLack() {
    LogRetention retention = retention(false, true);
    fillUpTo(8);
    retention.forget(false, 8, 8);
    assertThat(log.first()).isOne();
    retention.hear(new Spread(5, 0, List.of()));
    retention.hear(new Spread(3, 0, List.of())); // it was overtaken
    retention.forget(false, 8, 8);

    assertThat(log.first()).isEqualTo(6);
  }

  @Test
  void oneThatIsNotHeardOfIsSentNoMoreThanSomeCopies() {
    LogRetention retention = retention(false, true);
    fillUpTo(3);
    int sent = 0;
    while (retention.allowsCopyTo(THIRD)) {
      retention.sentCopy(THIRD, 3);
      sent++;
    }
    assertThat(sent).isEqualTo(8);
    assertThat(retention.allowsCopyTo(OTHER)).isTrue();
    retention.heardOf(THIRD);

    assertThat(retention.allowsCopyTo(THIRD)).isTrue();
  }
}
