package io.kvstore.testkit.draw;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.testkit.campaign.Campaign;
import io.kvstore.testkit.campaign.Counterexample;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Linearizability;
import io.kvstore.testkit.check.Model;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.history.Format;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.record.Asked;
import io.kvstore.testkit.record.RecordedClient;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
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
    return Drawing.of(recorder).title("Recorded").events(events, Simulation.BEGINNING_NANOS);
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
    assertThat(recorded(3).svg().length()).isLessThan(3_000_000);
  }

  @Test
  void severalPicturesMayStandInOnePage() {
    String one = oldRead().title("one").svg();
    String other = oldRead().title("other").svg();
    assertThat(idsOf(one)).hasSize(2).doesNotContainAnyElementsOf(idsOf(other));
  }

  private static Set<String> idsOf(String svg) {
    Set<String> ids = new TreeSet<>();
    Matcher matcher = Pattern.compile(" id=\"([^\"]+)\"").matcher(svg);
    while (matcher.find()) {
      ids.add(matcher.group(1));
    }
    return ids;
  }

  @Test
  void timesStandInUnitsThatPeopleUse() {
    String page =
        troubled(
                store -> {
                  store.cluster().skewClock(NodeId.of(1), Duration.ofMillis(-1500), 0);
                  store
                      .cluster()
                      .network()
                      .faults(
                          Faults.lossy(0.25)
                              .withDelay(
                                  Delay.uniform(Duration.ofNanos(50_000), Duration.ofMillis(2))));
                })
            .html();
    assertThat(page)
        .contains("clock of n1 -1.500 s off")
        .contains("all links: takes 50.0 µs to 2.000 ms, loss 0.25")
        .doesNotContain("PT");
  }

  @Test
  void troubleIsShownAsLongAsItLasts() {
    String page = recorded(3).html();
    assertThat(page)
        .containsPattern("\\[\"down\",2,\\d+,\\d+,\"down\",\"crash n2\"\\]")
        .containsPattern("\\[\"cut\",1,\\d+,\\d+,\"✂ n0\",\"link cut: n1 hears nothing of n0\"\\]")
        .containsPattern("\\[\"cut\",0,\\d+,\\d+,\"✂ n1\"")
        .containsPattern("\\[\"links\",-1,\\d+,-1,\"[^\"]*loss 0.05\",\"all links: .*loss 0.05");
    assertThat(page).contains("\"lost on the link\"");
  }

  @Test
  void thePictureIsWellFormedAndShowsEachOperation() throws Exception {
    Document svg = parse(oldRead().svg());
    assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(svg.getElementsByTagName("title").getLength()).isEqualTo(OLD_READ.size());
    parse(recorded(3).svg());
  }

  /** A store whose coordinator and nodes are in trouble, with one client. */
  private static Drawing troubled(Consumer<KVStore<String, String>> trouble) {
    List<TraceEvent> events = new ArrayList<>();
    Recorder recorder = new Recorder();
    Simulation simulation = Simulation.withSeed(3).trace(events::add);
    try (KVStore<String, String> store =
        KVStore.builder().engine(recorder.around(simulation)).open()) {
      store.put("k", "v");
      trouble.accept(store);
      simulation.runFor(Duration.ofSeconds(3));
    }
    return Drawing.of(recorder).events(events, Simulation.BEGINNING_NANOS);
  }

  @Test
  void aPauseIsAsLongAsItWas() {
    String page =
        troubled(store -> store.cluster().pause(NodeId.of(1), Duration.ofMillis(8))).html();
    Matcher paused =
        Pattern.compile("\\[\"paused\",1,(\\d+),(\\d+),\"paused\",\"pause n1 for 8 ms\"\\]")
            .matcher(page);
    assertThat(paused.find()).as(page).isTrue();
    long lasted = Long.parseLong(paused.group(2)) - Long.parseLong(paused.group(1));
    assertThat(lasted).isEqualTo(8_000_000);
  }

  @Test
  void theCoordinatorHasALaneWithItsCrashAndItsMessages() {
    Drawing drawing =
        troubled(
            store -> {
              store.cluster().crash(NodeId.of(2));
              store.cluster().restart(NodeId.of(2));
              store.cluster().crash(NodeId.COORDINATOR);
              store.cluster().restart(NodeId.COORDINATOR);
            });
    int coordinator = NodeId.COORDINATOR.number();
    assertThat(drawing.html())
        .contains("\"nodes\":[0, 1, 2, " + coordinator + "]", "\"n2\",\"coordinator\"]")
        .containsPattern("\\[\"down\"," + coordinator + ",\\d+,\\d+,\"down\"")
        .containsPattern("\\[" + coordinator + ",2,\\d+,\\d+,\"Freeze\"")
        .containsPattern("\\[2," + coordinator + ",\\d+,\\d+,\"Installed\"");
    assertThat(drawing.svg()).contains(">coordinator</text>", ">node is down</text>");
  }

  @Test
  void aLinkThatIsCutFromTheCoordinatorIsShownThere() {
    String page = troubled(store -> store.cluster().network().isolate(NodeId.of(2))).html();
    assertThat(page)
        .contains("link cut: n2 hears nothing of n0, n1, coordinator")
        .contains("link cut: coordinator hears nothing of n2");
  }

  @Test
  void aChangeOfTheViewIsMarkedWithItsMembersAndAtEachThatServes() {
    Drawing drawing = troubled(store -> store.cluster().crash(NodeId.of(0)));
    assertThat(drawing.html())
        .containsPattern("\\[-1,\\d+,\"view 1: n0 n1 n2, primary n0\",\".* by PRIMARY\"\\]")
        .containsPattern("\\[-1,\\d+,\"view \\d+: n[12] n[12], primary n[12]\"")
        .containsPattern("\\[1,\\d+,\"\",\"n1 serves in view 1\"\\]");
    assertThat(drawing.svg())
        .contains("view 1: n0 n1 n2, primary n0", ">change of the view</text>");
  }

  @Test
  void clientsHaveTheNamesThatTheSimulationKnows() {
    Drawing drawing = recorded(3);
    assertThat(drawing.html()).contains("\"clients\":[[\"c0\",1],[\"c1\",1],[\"c2\",1]");
    assertThat(drawing.svg()).contains(">c4</text>").doesNotContain("client 0");
  }

  @Test
  void clientsOfACampaignHaveTheNumbersOfItsScenario() {
    Counterexample found =
        Campaign.of(Consistency.CAUSAL, Replication.BROADCAST)
            .operations(40)
            .turnsTakeTime(false)
            .seeds(300)
            .against(Consistency.SEQUENTIAL)
            .find()
            .orElseThrow();
    Set<String> acting = new TreeSet<>();
    Matcher acts = Pattern.compile("(client \\d+): (?!new|move)").matcher(found.scenario());
    while (acts.find()) {
      acting.add(acts.group(1));
    }
    Set<String> drawn = new TreeSet<>();
    Matcher lanes = Pattern.compile("\\[\"(client \\d+)\",\\d+\\]").matcher(found.drawing().html());
    while (lanes.find()) {
      drawn.add(lanes.group(1));
    }
    assertThat(drawn).isEqualTo(acting).isNotEmpty();
  }

  @Test
  void whatWasPromisedAndHowItBrokeIsSaidInWords() {
    Recorder recorder = new Recorder();
    RecordedClient ana = recorder.client("ana");
    RecordedClient bob = recorder.client("bob");
    ana.put("k", "1", () -> {});
    ana.getAndPut("k", "2", () -> "1");
    String unused = bob.get("k", () -> "1");
    Verdict verdict = Linearizability.check(recorder.history(), Model.keyValue(null));
    Verdict explained =
        Levels.explain(Consistency.LINEARIZABLE, recorder.history(), (Verdict.Broken) verdict);
    Drawing drawing = Drawing.of(recorder).levels(Map.of("linearizable", explained));
    String promise = "every read finds the newest value";
    String reason = "bob read \"1\" under \"k\", though ana had put \"2\" after it";
    assertThat(drawing.html().replace("\\\"", "\"")).contains(promise, reason);
    assertThat(drawing.svg().replace("&quot;", "\"")).contains(promise, reason);
  }

  private static final History RETRIED =
      Format.JSON.parse(
          "retried",
          """
          {"process":0,"f":"put","key":"k","value":"a","invoked":5000000000,"outcome":"fail","returned":5000001000}
          {"process":0,"f":"put","key":"k","value":"a","invoked":5000002000,"outcome":"fail","returned":5000003000}
          {"process":0,"f":"put","key":"k","value":"a","invoked":5000004000,"returned":5000005000}
          {"process":0,"f":"put","key":"k","value":"a","invoked":5000006000,"returned":5000007000}
          """);

  @Test
  void whatWasRefusedAndAskedAgainIsOneBar() {
    String page = Drawing.of(RETRIED).html();
    assertThat(page).contains("k := a (3 tries)");
    assertThat(page.split("\"k := a", -1)).hasSize(1 + 2); // the last was done, and is another one
    assertThat(Drawing.of(RETRIED).svg()).contains("k := a (3 tries)");
  }

  @Test
  void whatTheStoreTriedAgainByItselfIsOneBar() {
    String page =
        troubled(
                store -> {
                  CompletableFuture<?> write = store.async().put("k", "w");
                  assertThat(write).isNotDone();
                  store.cluster().crash(NodeId.of(0));
                })
            .html();
    assertThat(page).containsPattern("k := w \\(\\d+ tries\\)");
  }

  @Test
  void timesOfAStoreWithoutATraceBeginWithItsFirstOperation() {
    assertThat(Drawing.of(RETRIED).html()).contains("\"times\":[0,5000,6000,7000]");
    assertThat(Drawing.of(RETRIED).svg()).contains(">0.0 µs</text>").doesNotContain("5.000 s");
  }

  @Test
  void theLegendTellsOfWhatIsThereAndOfNothingElse() {
    assertThat(oldRead().svg())
        .contains(">read</text>", ">write</text>", ">these cannot all be</text>")
        .doesNotContain("node is down", "message");
    assertThat(recorded(3).html())
        .contains("[\"down\",\"node is down\"]", "[\"lost\",\"message that is lost\"]")
        .doesNotContain("these cannot all be");
  }

  @Test
  void aLongPictureGoesOnBelowAndIsNoWiderThanAPage() throws Exception {
    Document few = parse(oldRead().svg());
    Document many = parse(recorded(3).svg());
    assertThat(many.getDocumentElement().getAttribute("width")).isEqualTo("1240");
    assertThat(few.getDocumentElement().getAttribute("width")).isEqualTo("1240");
    assertThat(few.getElementsByTagName("clipPath").getLength()).isEqualTo(1);
    assertThat(many.getElementsByTagName("clipPath").getLength()).isGreaterThan(5);
  }

  @Test
  void barsOfAClientThatOverlapHaveRowsOfTheirOwn() {
    History overlapping =
        Format.JSON.parse(
            "overlapping",
            """
            {"process":0,"f":"put","key":"k","value":"a","invoked":0}
            {"process":0,"f":"put","key":"k","value":"b","invoked":2000,"returned":9000}
            """);
    // A client that has no answer goes on: its bar ends there, though it is dashed.
    assertThat(Drawing.of(overlapping).html()).contains("\"clients\":[[\"client 0\",1]]");
    List<Asked> ofOne =
        List.of(
            new Asked(0, 0, "ana", Optional.empty()), new Asked(1, 1000, "ana", Optional.empty()));
    History atOnce =
        Format.JSON.parse(
            "at once",
            """
            {"process":0,"f":"put","key":"k","value":"a","invoked":0,"returned":5000}
            {"process":1,"f":"put","key":"k","value":"b","invoked":1000,"returned":9000}
            """);
    assertThat(Drawing.of(atOnce).asked(ofOne).html()).contains("\"clients\":[[\"ana\",2]]");
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
    assertThat(own).hasSize(4); // with the coordinator
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
