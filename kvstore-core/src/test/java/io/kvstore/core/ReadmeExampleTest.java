package io.kvstore.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Versioned;
import io.kvstore.core.datalet.Datalets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The README's examples: what stands between the marks here stands there too. */
class ReadmeExampleTest {
  @Test
  @SuppressWarnings("FutureReturnValueIgnored") // the page shows how to go on, not how to wait
  void theFirstExampleWorks() {
    // README
    try (KVStore<String, String> store =
        KVStore.builder()
            .consistency(Consistency.LINEARIZABLE) // SEQUENTIAL, CAUSAL, EVENTUAL
            .replicas(3)
            .open()) {
      store.put("greeting", "hello");
      Optional<String> value = store.get("greeting");
      Versioned<String> seen = store.getVersioned("greeting").orElseThrow();
      store.replace("greeting", seen.version(), "hello, world"); // compare-and-set
      store.async().put("k", "v").thenRun(() -> System.out.println("stored"));
      // end
      assertThat(value).contains("hello");
      assertThat(store.get("greeting")).contains("hello, world");
    }
  }

  @Test
  void theOtherPlacementsWork() {
    try (var dedicated =
            // README
            KVStore.builder()
                .engine(new InProcess().placement(Placement.DEDICATED).datalet(Datalets.tree()))
                .open();
        // end
        var simulated =
            // README
            KVStore.builder().engine(Simulation.withSeed(42)).open();
        // end
        ) {
      dedicated.put("k", "v");
      simulated.put("k", "v");
      assertThat(dedicated.get("k")).isEqualTo(simulated.get("k")).contains("v");
    }
  }

  @Test
  void theReadmeShowsExactlyThis() throws IOException {
    String here = Files.readString(Path.of("src/test/java/io/kvstore/core/ReadmeExampleTest.java"));
    String readme = withoutLayout(Files.readString(Path.of("../README.md")));

    List<String> examples =
        Arrays.stream(here.split("// README\n", -1))
            .skip(1)
            .map(part -> withoutLayout(part.substring(0, part.indexOf("// end"))))
            .toList();

    assertThat(examples)
        .hasSizeGreaterThan(2)
        .allSatisfy(example -> assertThat(readme).contains(example));
  }

  /** The formatter decides the layout here, and the page there. */
  private static String withoutLayout(String code) {
    return code.replaceAll("\\s+", "");
  }
}
