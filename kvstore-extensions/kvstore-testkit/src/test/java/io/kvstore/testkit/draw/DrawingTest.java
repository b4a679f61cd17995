package io.kvstore.testkit.draw;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.testkit.check.Linearizability;
import io.kvstore.testkit.check.Model;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.history.Format;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.record.Recorder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class DrawingTest {
  private static final History OLD_READ =
      Format.JSON.parse(
          "old read",
          """
          {"process":0,"f":"put","key":"k","value":"a","invoked":0,"returned":1000}
          {"process":0,"f":"put","key":"k","value":"b","invoked":2000,"returned":3000}
          {"process":1,"f":"get","key":"k","result":"a","invoked":4000,"returned":5000}
          {"process":1,"f":"put","key":"</script>","value":"\\"<&\\u2028","invoked":6000}
          """);

  private static Drawing oldRead() {
    Verdict verdict = Linearizability.check(OLD_READ, Model.keyValue(null));
    return Drawing.of(OLD_READ).title("Old <read>").levels(Map.of("linearizable", verdict));
  }

  /** A store at work, recorded: with a crash, a cut and losses. */
  private static Drawing recorded(long seed) {
    List<TraceEvent> events = new ArrayList<>();
    Recorder recorder = new Recorder();
    Simulation simulation = Simulation.withSeed(seed).trace(events::add);
    try (KVStore<String, String> store =
        KVStore.builder()
            .engine(recorder.around(simulation))
            .timeout(Duration.ofMillis(300))
            .open()) {
      for (int client = 0; client < 5; client++) {
        String name = "c" + client;
        simulation.client(name, () -> work(simulation, store.session(), name));
      }
      simulation.client(
          "nemesis",
          () -> {
            simulation.runFor(Duration.ofMillis(10));
            store.cluster().crash(NodeId.of(2));
            simulation.runFor(Duration.ofMillis(10));
            store.cluster().restart(NodeId.of(2));
            store.cluster().network().cut(NodeId.of(0), NodeId.of(1));
            simulation.runFor(Duration.ofMillis(10));
            store.cluster().network().heal();
            store.cluster().network().faults(Faults.lossy(0.05));
          });
      simulation.runClients();
    }
    return Drawing.of(recorder.history())
        .title("Recorded")
        .events(events, Simulation.BEGINNING_NANOS)
        .disturbances(recorder.disturbances());
  }

  private static void work(Simulation simulation, Session<String, String> session, String name) {
    for (int i = 0; i < 200; i++) {
      try {
        if (i % 3 == 0) {
          session.put("k" + i % 4, name + i);
        } else {
          session.get("k" + i % 4);
        }
      } catch (KVStoreException refused) {
        simulation.runFor(Duration.ofMillis(20));
      }
    }
  }

  @Test
  void aPageTellsWhatIsWrong() {
    String page = oldRead().html();
    assertThat(page)
        .contains("\"linearizable\",\"broken\"")
        .contains("Old \\u003cread\\u003e")
        .contains("k → a")
        .contains("k := b");
  }

  @Test
  void nothingThatUsersWriteEndsTheScriptOrTheMarkup() throws Exception {
    String page = oldRead().html();
    assertThat(page.split("</script>", -1)).hasSize(1 + 2); // the template's own
    assertThat(page).doesNotContain("\u2028");
    parse(oldRead().svg());
  }

  @Test
  void aPageNeedsNothingFromElsewhere() {
    String page = recorded(1).html().replace("http://www.w3.org/2000/svg", "");
    assertThat(page).doesNotContain("http:").doesNotContain("https:").doesNotContain("src=");
  }

  @Test
  void theSameIsDrawnForTheSame() {
    assertThat(recorded(7).html()).isEqualTo(recorded(7).html());
    assertThat(recorded(7).svg()).isEqualTo(recorded(7).svg());
    assertThat(recorded(7).shiviz()).isEqualTo(recorded(7).shiviz());
    assertThat(recorded(8).html()).isNotEqualTo(recorded(7).html());
  }

  @Test
  void aThousandOperationsAreNoBurden() {
    assertThat(recorded(3).html().length()).isLessThan(2_000_000);
  }

  @Test
  void troubleIsShownAsLongAsItLasts() {
    String page = recorded(3).html();
    assertThat(page)
        .containsPattern("\\[\"crash\",\\d+,\\d+,\\[2\\],\"crash n2\"\\]")
        .containsPattern("\\[\"cut\",\\d+,\\d+,\\[0, 1\\],\"cut n0 to n1\"\\]")
        .containsPattern("\\[\"links\",\\d+,-1,\\[\\],\"all links: .*loss 0.05");
    assertThat(page).contains("\"lost on the link\"");
  }

  @Test
  void thePictureIsWellFormedAndShowsEachOperation() throws Exception {
    Document svg = parse(oldRead().svg());
    assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(svg.getElementsByTagName("title").getLength()).isEqualTo(OLD_READ.size());
    parse(recorded(3).svg());
  }

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void theLogIsReadByItsOwnExpressionAndItsClocksOnlyGrow() {
    String log = recorded(3).shiviz();
    String[] parts = log.split("\n\n", 2);
    assertThat(parts[0]).isEqualTo(ShiViz.EXPRESSION);
    Pattern expression = Pattern.compile(parts[0].replace("{.*}", "\\{.*\\}"));
    Matcher matcher = expression.matcher(parts[1]);
    Map<String, Integer> own = new HashMap<>();
    int found = 0;
    while (matcher.find()) {
      String host = matcher.group("host");
      Matcher count = Pattern.compile("\"" + host + "\":(\\d+)").matcher(matcher.group("clock"));
      assertThat(count.find()).isTrue();
      int now = Integer.parseInt(count.group(1));
      assertThat(now).isEqualTo(own.getOrDefault(host, 0) + 1);
      own.put(host, now);
      found++;
    }
    assertThat(found * 2L).isEqualTo(parts[1].lines().count());
    assertThat(own).hasSize(3);
  }

  @Test
  void filesAreWrittenBesideEachOther(@TempDir Path folder) throws IOException {
    Path page = recorded(3).write(folder.resolve("deep/inside"));
    assertThat(page).exists().hasFileName("inside.html");
    assertThat(page.resolveSibling("inside.svg")).isNotEmptyFile();
    assertThat(page.resolveSibling("inside.log")).isNotEmptyFile();
    assertThat(Files.readString(page)).startsWith("<!doctype html>");
  }

  @Test
  void anEmptyHistoryIsDrawnToo() throws Exception {
    History empty = History.builder().build();
    assertThat(Drawing.of(empty).html()).contains("\"bars\":[]");
    parse(Drawing.of(empty).svg());
  }
}
