package io.kvstore.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.membership.Control.Beat;
import io.kvstore.core.membership.Control.Stage;
import io.kvstore.core.replication.Cell;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ComplaintsTest {
  private static final NodeId A = NodeId.of(0);
  private static final NodeId B = NodeId.of(1);
  private static final NodeId C = NodeId.of(2);
  private static final long EPOCH = 3;
  private static final View VIEW =
      new Cell(Consistency.LINEARIZABLE, Replication.PRIMARY).view(EPOCH, List.of(A, B, C));

  private final Map<NodeId, PeerHealth> known = new TreeMap<>();

  private void complain(NodeId member, long installed, NodeId... of) {
    PeerHealth health = new PeerHealth();
    health.onBeat(new Beat(1, Stage.SERVING, installed, installed, 0, 0, List.of(of)), 0, 1);
    known.put(member, health);
  }

  private Optional<NodeId> worst(NodeId... staying) {
    Set<NodeId> all = new TreeSet<>(List.of(staying));
    return Complaints.worst(VIEW, all, known::get);
  }

  @Test
  void whomMostComplainOfIsTheWorst() {
    complain(A, EPOCH, B, C);
    complain(B, EPOCH);
    complain(C, EPOCH, B);

    assertThat(worst(A, B, C)).contains(B);
  }

  @Test
  void inATieTheLastOfTheViewGoes() {
    complain(A, EPOCH, B);
    complain(B, EPOCH, A);
    complain(C, EPOCH);

    assertThat(worst(A, B, C)).contains(B);
  }

  @Test
  void complaintsOfAnotherViewDoNotCount() {
    complain(A, EPOCH - 1, B);
    complain(B, EPOCH);

    assertThat(worst(A, B)).isEmpty();
  }

  @Test
  void oneThatIsNotAskedIsNotAccused() {
    complain(A, EPOCH, C);
    complain(B, EPOCH);

    assertThat(worst(A, B)).isEmpty();
  }

  @Test
  void aMemberThatIsLeftAloneIsNotAccused() {
    complain(A, EPOCH, A);

    assertThat(worst(A)).isEmpty();
  }
}
