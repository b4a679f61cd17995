package io.kvstore.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.campaign.Nemesis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;

/** The example of the README and of the page about testing. */
@KVCluster(consistency = Consistency.LINEARIZABLE)
class SeatTest {
  @RepeatedTest(100) // a hundred seeds
  void aSeatIsSoldOnce(KVStore<String, String> store, Simulation simulation, Nemesis nemesis) {
    List<String> sold = new ArrayList<>();
    for (String name : List.of("ana", "bob", "cem")) {
      simulation.client(
          name,
          () -> { // ordinary blocking code, in virtual time
            try {
              if (store.putIfAbsent("seat 17", name)) {
                sold.add(name);
              }
            } catch (KVStoreException refusedOrUnknown) {
              simulation.runFor(Duration.ofSeconds(1));
            }
          });
    }
    Nemesis cutter = nemesis.only(Nemesis.Kind.CUTS);
    simulation.client("nemesis", () -> cutter.next().strike(store.cluster()));
    simulation.runClients(); // they take turns, as the seed has it
    assertThat(sold).hasSizeLessThan(2);
  }
}
