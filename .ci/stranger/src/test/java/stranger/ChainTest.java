package stranger;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.testkit.campaign.Campaign;
import org.junit.jupiter.api.Test;

/** A protocol that was written with the toolbox keeps what its cell promises. */
class ChainTest {
  private static Campaign campaign() {
    return Campaign.of(Consistency.LINEARIZABLE, Replication.PRIMARY).protocol(new Chain.Protocol());
  }

  @Test
  void itHoldsWithCrashesPausesAndCutLinks() {
    campaign().seeds(1_000).check();
  }

  @Test
  void itHoldsWhileNodesJoinAndLeave() {
    campaign().changing().seeds(300).check();
    campaign().changing().durable().seeds(50).check();
  }

  @Test
  void itHoldsWithDisksThatCrash() {
    campaign().durable().seeds(200).check();
  }
}
