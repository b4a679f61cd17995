package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import org.junit.jupiter.api.Test;

class DemandTest {
  private static final Model EMPTY = Model.keyValue(null);

  private final History.Builder builder = History.builder();
  private long time;

  private int write(String key, long value) {
    int operation = builder.invoke(0, Kind.WRITE, key, value, time++);
    builder.ok(operation, Values.NONE, time++);
    return operation;
  }

  private int read(String key, long value) {
    int operation = builder.invoke(1, Kind.READ, key, null, time++);
    builder.ok(operation, builder.values().of(value), time++);
    return operation;
  }

  private Units units() {
    History history = builder.build();
    return new Units(history, history.values(), EMPTY.absentState(history.values()));
  }

  @Test
  void aWriteIsForAReadThatIsLeft() {
    int write = write("x", 1);
    int unread = write("x", 2);
    int read = read("x", 1);
    Demand demand = new Demand(units());
    assertThat(demand.isFor(write)).isTrue();
    assertThat(demand.isFor(unread)).isFalse();
    demand.count(read, -1);

    assertThat(demand.isFor(write)).isFalse();
    demand.count(read, 1);
    assertThat(demand.isFor(write)).isTrue();
  }

  @Test
  void aValueIsNeededInVainOnceNobodyIsLeftToMakeIt() {
    int write = write("x", 1);
    int read = read("x", 1);
    Units units = units();
    Demand demand = new Demand(units);
    int value = units.needs[read];
    assertThat(demand.isInVain(value)).isFalse();
    demand.count(write, -1);
    assertThat(demand.isInVain(value)).isTrue();
    demand.count(read, -1);

    assertThat(demand.isInVain(value)).isFalse();
  }
}
