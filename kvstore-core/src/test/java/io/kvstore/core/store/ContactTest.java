package io.kvstore.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.protocol.Protocols;
import io.kvstore.core.replication.Cell;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContactTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);
  private static final View STRONG = view(Consistency.LINEARIZABLE);
  private static final View WEAK = view(Consistency.SEQUENTIAL);

  private final Set<NodeId> up = new HashSet<>(Set.of(FIRST, SECOND));

  private final Set<NodeId> cutOff = new HashSet<>();

  private static View view(Consistency consistency) {
    return new Cell(consistency, Replication.PRIMARY).view(1, List.of(FIRST, SECOND));
  }

  private NodeId contact(View view, Failover failover, int preference) {
    return new Contact(new Protocols(), failover, up::contains)
        .in(view, preference, cutOff::contains);
  }

  @Test
  void clientsTalkToThePrimaryWhereItServesAll() {
    assertThat(contact(STRONG, Failover.DEFAULT, 1)).isEqualTo(FIRST);
  }

  @Test
  void clientsTalkToNoMemberThatIsCutOffIfAnotherIsThere() {
    cutOff.add(FIRST);
    assertThat(contact(STRONG, Failover.DEFAULT, 0)).isEqualTo(SECOND);
    assertThat(contact(WEAK, Failover.DEFAULT, 0)).isEqualTo(SECOND);
    cutOff.add(SECOND);
    assertThat(contact(WEAK, Failover.DEFAULT, 0)).isEqualTo(FIRST);
  }

  @Test
  void clientsSpreadOverTheMembersElsewhere() {
    assertThat(contact(WEAK, Failover.DEFAULT, 0)).isEqualTo(FIRST);
    assertThat(contact(WEAK, Failover.DEFAULT, 1)).isEqualTo(SECOND);
  }

  @Test
  void theNearestMemberIsTheFirstFromTheNodesNumberOnInACircle() {
    View view = new Cell(Consistency.EVENTUAL, Replication.BROADCAST).view(1, nodes(5, 3, 7));
    assertThat(Contact.nearest(view, NodeId.of(5))).isZero();
    assertThat(Contact.nearest(view, NodeId.of(4))).isZero();
    assertThat(Contact.nearest(view, NodeId.of(0))).isEqualTo(1);
    assertThat(Contact.nearest(view, NodeId.of(6))).isEqualTo(2);
    assertThat(Contact.nearest(view, NodeId.of(8))).isEqualTo(1);
  }

  private static List<NodeId> nodes(int... numbers) {
    return IntStream.of(numbers).mapToObj(NodeId::of).toList();
  }

  @Test
  void clientsOfAPrimaryThatIsLostTalkToAnotherIfItWillBeReplaced() {
    up.remove(FIRST);

    assertThat(contact(STRONG, Failover.DEFAULT, 0)).isEqualTo(SECOND);
    assertThat(contact(STRONG, Failover.byHand(), 0)).isEqualTo(FIRST);
  }

  @Test
  void whenNobodyRunsThePrimaryIsAsGoodAsAny() {
    up.clear();

    assertThat(contact(WEAK, Failover.DEFAULT, 1)).isEqualTo(FIRST);
  }
}
