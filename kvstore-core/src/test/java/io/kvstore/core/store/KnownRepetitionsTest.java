package io.kvstore.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.protocol.Protocols;
import io.kvstore.core.replication.Cell;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownRepetitionsTest {
  private static final Cell KNOWS = new Cell(Consistency.SEQUENTIAL, Replication.PRIMARY);
  private static final Cell KNOWS_NOT = new Cell(Consistency.CAUSAL, Replication.BROADCAST);

  private static View view(long epoch, Cell cell) {
    return cell.view(epoch, List.of(NodeId.of(0)));
  }

  @Test
  void theyAreKnownFromTheBeginningWhereTheProtocolKnowsThem() {
    KnownRepetitions known = new KnownRepetitions(new Protocols(), view(0, KNOWS));
    known.onDecided(view(5, KNOWS));

    assertThat(known.since(0)).isTrue();
  }

  @Test
  void theyAreKnownAgainOfWhatBeganAfterTheGroupCameBack() {
    KnownRepetitions known = new KnownRepetitions(new Protocols(), view(0, KNOWS));
    known.onDecided(view(3, KNOWS_NOT));
    assertThat(known.since(3)).isFalse();
    known.onDecided(view(4, KNOWS));
    known.onDecided(view(5, KNOWS));

    assertThat(known.since(3)).isFalse();
    assertThat(known.since(4)).isTrue();
  }
}
