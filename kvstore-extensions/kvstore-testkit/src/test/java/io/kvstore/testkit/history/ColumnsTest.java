package io.kvstore.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ColumnsTest {
  private final Columns columns = new Columns();

  private int add(int process) {
    return columns.add(process, Kind.WRITE, 1, 2, Values.NONE, 10L * process);
  }

  @Test
  void anOperationIsUnknownUntilItHasEnded() {
    int operation = add(3);
    assertThat(columns.outcome[operation]).isEqualTo(Outcome.UNKNOWN);
    assertThat(columns.returned[operation]).isEqualTo(History.NEVER);
    columns.end(operation, Outcome.OK, 31);

    assertThat(columns.outcome[operation]).isEqualTo(Outcome.OK);
    assertThat(columns.returned[operation]).isEqualTo(31);
  }

  @Test
  void nothingEndsBeforeItHasBegun() {
    int operation = add(3);

    assertThatThrownBy(() -> columns.end(operation, Outcome.OK, 29))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("29");
  }

  @Test
  void columnsGrowAndKeepWhatTheyHave() {
    for (int i = 0; i < 50; i++) {
      add(i);
    }
    columns.version = columns.with(columns.version, 7, 77);
    columns.together(48);
    for (int i = 50; i < 1_000; i++) {
      add(i);
    }

    assertThat(columns.size).isEqualTo(1_000);
    assertThat(columns.process[999]).isEqualTo(999);
    assertThat(columns.version[7]).isEqualTo(77);
    assertThat(columns.version[8]).isEqualTo(Values.NONE);
    assertThat(columns.version[999]).isEqualTo(Values.NONE);
    assertThat(columns.group[49]).isEqualTo(48);
    assertThat(columns.group[999]).isEqualTo(999);
    assertThat(columns.node).as("nobody has said a node").isEmpty();
  }
}
