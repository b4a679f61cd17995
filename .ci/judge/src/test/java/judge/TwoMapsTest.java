package judge;

import static io.kvstore.testkit.assertions.KVAssertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.workload.Subject;
import io.kvstore.testkit.workload.Workload;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** A map is one copy; a map with another that follows a millisecond later is not. */
class TwoMapsTest {
  @Test
  void aConcurrentMapIsOneCopy() {
    assertThat(new Workload().run(new ConcurrentHashMap<>())).isLinearizable();
  }

  record TwoMaps(Map<String, String> first, Map<String, String> copy) implements Subject {
    @Override
    public String get(String key) {
      return copy.get(key);
    }

    @Override
    public void put(String key, String value) {
      first.put(key, value);
    }
  }

  @Test
  void aCopyThatFollowsIsNot() {
    TwoMaps maps = new TwoMaps(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    History seen =
        new Workload()
            .kinds(Kind.READ, Kind.WRITE)
            .operations(20_000)
            .meanwhile(Duration.ofMillis(1), () -> maps.copy().putAll(maps.first()))
            .run(client -> maps);
    assertThat(seen).isNot(Consistency.LINEARIZABLE);
  }
}
