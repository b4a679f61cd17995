package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KeptSizesTest {
  @Test
  void allThatIsNamedIsTold() {
    KeptSizes sizes = new KeptSizes().with("requests that wait", 2).with("answers", 0);

    assertThat(sizes.all()).isEqualTo(Map.of("requests that wait", 2, "answers", 0));
  }
}
