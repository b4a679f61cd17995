package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits, numbers of nodes, and views leave room for something. */
final class LimitsTest {
  @Test
  void eachLimitIsSetByItself() {
    assertThat(Limits.DEFAULT.withKeyBytes(1).withValueBytes(2).withOperationsInFlight(3))
        .isEqualTo(new Limits(1, 2, 3));
  }

  @Test
  void aLimitIsAtLeastOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limits.DEFAULT.withKeyBytes(0))
        .withMessage("keyBytes must be at least 1, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limits.DEFAULT.withValueBytes(-1))
        .withMessage("valueBytes must be at least 1, not -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limits.DEFAULT.withOperationsInFlight(0))
        .withMessage("operationsInFlight must be at least 1, not 0");
  }

  @Test
  void aNodesNumberIsSmall() {
    assertThat(NodeId.of(NodeId.MAX_NUMBER - 1)).hasToString("n65534");
    assertThat(NodeId.COORDINATOR).hasToString("coordinator");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NodeId.of(-1))
        .withMessage("a node's number is from 0 to 65535, not -1");
    assertThatIllegalArgumentException().isThrownBy(() -> NodeId.of(NodeId.MAX_NUMBER + 1));
  }

  @Test
  void thePrimaryIsAMember() {
    List<NodeId> members = List.of(NodeId.of(1), NodeId.of(2));
    View view = new View(3, members, NodeId.of(2), Consistency.CAUSAL, Replication.BROADCAST);
    assertThat(view.rankOf(NodeId.of(2))).isEqualTo(1);
    assertThat(view.rankOf(NodeId.of(3))).isEqualTo(-1);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new View(3, members, NodeId.of(3), Consistency.CAUSAL, Replication.BROADCAST))
        .withMessage("the primary n3 must be one of the members [n1, n2]");
  }
}
