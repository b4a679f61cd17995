package io.kvstore.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is in a cache is sold once, whichever node has crashed. */
class JCacheExampleTest {
  @Test
  void threeTeasAreSoldToThreeCustomers() {
    assertThat(Transcript.of(JCacheExample::run).lines())
        .containsExactly(
            "in stock: 3",
            "n0 has crashed",
            "customer 1 has tea",
            "customer 2 has tea",
            "customer 3 has tea",
            "customer 4 is too late");
  }
}
