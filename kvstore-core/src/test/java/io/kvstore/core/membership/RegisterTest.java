package io.kvstore.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.replication.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RegisterTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final NodeId THIRD = NodeId.of(2);
  private static final Cell CELL = new Cell(Consistency.CAUSAL, Replication.BROADCAST);

  private final AtomicLong epochs = new AtomicLong(4);
  private final List<View> recorded = new ArrayList<>();
  private final Register register =
      new Register(
          CELL.view(4, List.of(FIRST, SECOND)), epochs, (own, decided) -> recorded.add(decided));

  @Test
  void noTwoViewsOfAGroupHaveOneNumber() {
    Register another =
        new Register(CELL.view(4, List.of(THIRD)), epochs, (own, decided) -> recorded.add(decided));

    assertThat(register.nextEpoch()).isEqualTo(5);
    assertThat(another.nextEpoch()).isEqualTo(6);
    assertThat(register.nextEpoch()).isEqualTo(7);
  }

  @Test
  void aViewIsOnRecordBeforeItIsShown() {
    View next = CELL.view(5, List.of(SECOND));
    List<View> shown = new ArrayList<>();
    Register asked = new Register(register.view(), epochs, (own, decided) -> shown.add(own.view()));
    asked.decide(next);

    assertThat(shown).containsExactly(register.view());
    assertThat(asked.view()).isEqualTo(next);
    register.decide(next);
    assertThat(recorded).containsExactly(next);
  }

  @Test
  void everyoneIsWantedUntilItIsSaidWhoIs() {
    assertThat(register.wants(THIRD)).isTrue();
    register.wantToo(THIRD);
    assertThat(register.wanted()).isEmpty();
    register.want(List.of(SECOND));
    assertThat(register.wants(THIRD)).isFalse();
    register.wantToo(THIRD);
    register.wantToo(THIRD);
    assertThat(register.wanted()).contains(List.of(SECOND, THIRD));
    register.wantNoMore(SECOND);

    assertThat(register.wanted()).contains(List.of(THIRD));
  }

  @Test
  void theCellIsThatOfTheViewUntilAnotherIsWanted() {
    Cell another = new Cell(Consistency.EVENTUAL, Replication.BROADCAST);
    assertThat(register.cell()).isEqualTo(CELL);
    register.want(another);

    assertThat(register.cell()).isEqualTo(another);
  }
}
