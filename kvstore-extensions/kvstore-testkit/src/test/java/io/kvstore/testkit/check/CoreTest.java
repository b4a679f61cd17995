package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.check.RandomHistory.Shape;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.history.Format;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CoreTest {
  private static final Budget BUDGET = new Budget(Duration.ofSeconds(10), 64 << 20);

  private static Verdict check(History history) {
    return Linearizability.check(history, Model.keyValue(null), BUDGET);
  }

  private static History core(History history) {
    return Core.of(history, CoreTest::check, (Broken) check(history), BUDGET).history();
  }

  @Test
  void anOldReadNeedsTwoWritesAndNothingElse() {
    History history =
        Format.JSON.parse(
            "story",
            """
            {"process":0,"f":"put","key":"k","value":"a","result":null,"invoked":0,"returned":1}
            {"process":0,"f":"put","key":"k","value":"b","result":"a","invoked":2,"returned":3}
            {"process":1,"f":"get","key":"k","result":"b","invoked":4,"returned":5}
            {"process":0,"f":"put","key":"k","value":"c","result":"b","invoked":6,"returned":7}
            {"process":0,"f":"put","key":"x","value":"y","result":null,"invoked":6,"returned":7}
            {"process":0,"f":"put","key":"k","value":"d","result":"c","invoked":8,"returned":9}
            {"process":1,"f":"get","key":"k","result":"b","invoked":10,"returned":11}
            """);
    History core = core(history);
    assertThat(core.size()).isEqualTo(3);
    assertThat(core.operation(0).toString()).contains("write \"k\" \"b\"");
    assertThat(core.operation(2).toString()).contains("read \"k\" = \"b\"");
    assertThat(Explanation.of(core))
        .startsWith("client 1 read \"b\" under \"k\", though client 0 had put")
        .endsWith("after it, and been answered before");
  }

  @Test
  void aCoreIsBrokenByItself() {
    Shape shape =
        new Shape(
            List.of(Kind.READ, Kind.WRITE, Kind.DELETE, Kind.CAS), 30, 4, 2, 0, 0.1, 0.1, 0.1);
    int broken = 0;
    for (long seed = 0; seed < 300; seed++) {
      History history = RandomHistory.of(new SplittableRandom(seed), shape, null);
      if (check(history) instanceof Broken) {
        History core = core(history);
        assertThat(check(core)).as("seed %s", seed).isInstanceOf(Broken.class);
        assertThat(core.size()).as("seed %s", seed).isLessThan(history.size());
        broken++;
      }
    }
    assertThat(broken).isGreaterThan(50);
  }
}
