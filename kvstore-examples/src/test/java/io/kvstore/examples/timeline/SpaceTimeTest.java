package io.kvstore.examples.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Replication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages of the protocols show runs of what is there today. */
class SpaceTimeTest {
  private static final Path DOCS = Path.of("../docs");

  @Test
  void eachProtocolIsDrawnAndShownOnAPage() throws IOException {
    Map<String, String> pictures = SpaceTime.pictures();
    assertThat(pictures).hasSize(Replication.values().length);
    String pages = allPages();
    for (Map.Entry<String, String> each : pictures.entrySet()) {
      assertThat(pages).contains("](pictures/" + each.getKey() + ")");
      assertThat(Files.readString(DOCS.resolve("pictures").resolve(each.getKey())))
          .as("draw them anew: exec:java -Dexample=timeline.SpaceTime -Dexec.args=docs/pictures")
          .isEqualTo(each.getValue());
    }
  }

  private static String allPages() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(DOCS)) {
      List<Path> pages = files.filter(each -> each.toString().endsWith(".md")).toList();
      for (Path page : pages) {
        all.append(Files.readString(page));
      }
    }
    return all.toString();
  }
}
