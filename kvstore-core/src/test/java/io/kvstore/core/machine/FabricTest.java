package io.kvstore.core.machine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Faults;
import io.kvstore.NodeId;
import io.kvstore.core.machine.Fabric.Conditions;
import java.util.List;
import org.junit.jupiter.api.Test;

class FabricTest {
  private static final NodeId A = NodeId.of(0);
  private static final NodeId B = NodeId.of(1);
  private static final NodeId C = NodeId.of(2);
  private static final Faults LOSSY = Faults.lossy(0.5);
  private static final Faults DOUBLING = Faults.NONE.withDuplication(0.5);

  private static final List<NodeId> NODES = List.of(NodeId.of(0), NodeId.of(1), NodeId.of(2));
  private final Fabric fabric = new Fabric(() -> NODES, Faults.NONE, () -> {}, null);

  private Conditions conditions() {
    return requireNonNull(fabric.conditions(), "something is wrong");
  }

  @Test
  void whereNothingIsWrongThereAreNoConditions() {
    assertThat(fabric.conditions()).isNull();

    fabric.faults(Faults.NONE);
    fabric.faults(A, B, Faults.NONE);
    fabric.heal(A, B);
    fabric.heal();
    assertThat(fabric.conditions()).isNull();
  }

  @Test
  void aCutIsOneWayUnlessBothAreCut() {
    fabric.cutOneWay(A, B);
    assertThat(conditions().isCut(A, B)).isTrue();
    assertThat(conditions().isCut(B, A)).isFalse();

    fabric.cut(B, C);
    assertThat(conditions().isCut(B, C)).isTrue();
    assertThat(conditions().isCut(C, B)).isTrue();
    assertThat(conditions().isCut(A, C)).isFalse();
  }

  @Test
  void anIsolatedNodeIsCutFromAllOthersAndTheyAreNotFromEachOther() {
    fabric.isolate(B);

    for (NodeId other : new NodeId[] {A, C}) {
      assertThat(conditions().isCut(B, other)).isTrue();
      assertThat(conditions().isCut(other, B)).isTrue();
    }
    assertThat(conditions().isCut(A, C)).isFalse();
    assertThat(conditions().isCut(C, A)).isFalse();
  }

  @Test
  void healingTwoNodesEndsTheirCutsAndNothingElse() {
    fabric.isolate(B);
    fabric.faults(A, B, LOSSY);
    fabric.heal(B, A);

    assertThat(conditions().isCut(A, B)).isFalse();
    assertThat(conditions().isCut(B, A)).isFalse();
    assertThat(conditions().isCut(B, C)).isTrue();
    assertThat(conditions().faults(A, B)).isEqualTo(LOSSY);
  }

  @Test
  void aFaultyLinkIsOneWayAndOverridesWhatIsWrongEverywhere() {
    fabric.faults(LOSSY);
    fabric.faults(A, B, DOUBLING);

    assertThat(conditions().faults(A, B)).isEqualTo(DOUBLING);
    assertThat(conditions().faults(B, A)).isEqualTo(LOSSY);
    fabric.faults(A, B, Faults.NONE);
    assertThat(conditions().faults(A, B)).isEqualTo(Faults.NONE);
    assertThat(conditions().faults(A, C)).isEqualTo(LOSSY);
  }

  @Test
  void whatIsSetEverywhereHoldsForEveryLinkAndLeavesCuts() {
    fabric.faults(A, B, DOUBLING);
    fabric.cutOneWay(B, C);
    fabric.faults(LOSSY);

    assertThat(conditions().faults(A, B)).isEqualTo(LOSSY);
    assertThat(conditions().isCut(B, C)).isTrue();
  }

  @Test
  void healingEverythingGoesBackToWhatIsNormal() {
    Fabric neverRight = new Fabric(() -> NODES, LOSSY, () -> {}, null);
    neverRight.cut(A, B);
    neverRight.faults(A, C, DOUBLING);
    neverRight.faults(Faults.NONE);
    neverRight.heal();

    Conditions healed = requireNonNull(neverRight.conditions());
    assertThat(healed.faults(A, C)).isEqualTo(LOSSY);
    assertThat(healed.isCut(A, B)).isFalse();
  }

  @Test
  void whoeverLooksAtConditionsSeesOneMomentOfThem() {
    fabric.cut(A, B);
    Conditions before = conditions();
    fabric.heal();
    fabric.faults(A, B, LOSSY);

    assertThat(before.isCut(A, B)).isTrue();
    assertThat(before.faults(A, B)).isEqualTo(Faults.NONE);
  }

  @Test
  void thereIsNoLinkToNowhereOrToOneself() {
    assertThatThrownBy(() -> fabric.cut(A, A)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> fabric.faults(A, NodeId.of(3), LOSSY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("n0 to n2");
    assertThatThrownBy(() -> fabric.isolate(NodeId.of(7)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(fabric.conditions()).isNull();
  }
}
