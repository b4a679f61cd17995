package io.kvstore.playground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.examples.playground.Playground;
import io.kvstore.testkit.campaign.Cell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page in a real browser, opened as a file, without any server. */
class PageTest {
  private static final Path PAGE = Path.of("target/classes/kvstore-playground.html");
  private static final Path SCREENSHOTS = Path.of("target/screenshots");
  private static final int MOST_BYTES_COMPRESSED = 1_500_000;

  private static Browser browser;
  private int complaintsBefore;

  @BeforeAll
  static void browserIsThere() throws IOException {
    assumeTrue(Files.exists(PAGE), "skipped: the page is not compiled, " + PAGE);
    browser = Browser.orSkip();
  }

  @AfterAll
  static void browserEnds() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void open() {
    complaintsBefore = browser.complaints().size();
    show("");
  }

  private static void show(String hash) {
    browser.leave();
    browser.show(PAGE.toUri() + hash, 1280, 720);
  }

  @AfterEach
  void theConsoleIsSilent() {
    assertThat(browser.complaints()).hasSize(complaintsBefore);
  }

  private static void ask(String client, String words) {
    browser.click("[data-name=\"ask " + client + "\"]");
    browser.type(words);
    browser.press("Enter");
  }

  private static String status() {
    return browser.eval("document.getElementById('status').textContent");
  }

  private static String text(String selector) {
    return browser.eval("document.querySelector(" + Browser.quoted(selector) + ").textContent");
  }

  private static int moment() {
    return Integer.parseInt(browser.eval("view.moment"));
  }

  @Test
  void aClientAsksAndIsAnswered() throws IOException {
    ask("c0", "put x 1");
    assertThat(text(".calls")).contains("put x 1 at n0").contains("no answer yet");
    browser.click("#step");
    browser.click("#step");
    assertThat(browser.eval("view.messages.length")).isNotEqualTo("0");
    browser.screenshot(SCREENSHOTS.resolve("messages.png"));
    for (int i = 0; i < 12; i++) {
      browser.click("#step");
    }
    assertThat(text(".calls")).contains("✓ put x 1 at n0");
    assertThat(text("[data-name=n2]")).contains("x=1");
  }

  @Test
  void aStepBackIsWhatWasBefore() {
    ask("c0", "put x 1");
    browser.click("#step");
    browser.click("#step");
    browser.click("#step");
    String there = browser.eval("JSON.stringify(view)");
    browser.click("#step");
    assertThat(browser.eval("JSON.stringify(view)")).isNotEqualTo(there);
    browser.click("#back");
    assertThat(browser.eval("JSON.stringify(view)")).isEqualTo(there);
    browser.press("Home");
    browser.eval("document.activeElement.blur()");
    browser.press("Home");
    assertThat(moment()).isZero();
    assertThat(text("#decisions")).contains("put x 1 (ahead)");
    browser.press("ArrowRight");
    assertThat(moment()).isEqualTo(1);
    browser.press("ArrowLeft");
    assertThat(moment()).isZero();
    browser.eval(
        "(() => { const e = document.getElementById('moment'); e.value = 3;"
            + " e.dispatchEvent(new Event('input')); })()");
    assertThat(moment()).isEqualTo(3);
  }

  @Test
  void aMessageIsHeldDroppedAndDuplicated() throws IOException {
    ask("c0", "put x 1");
    browser.click("#step");
    browser.click("#step");
    String name = browser.eval("view.messages[0].name");
    browser.click(".msg[data-name=" + name + "]");
    browser.screenshot(SCREENSHOTS.resolve("menu.png"));
    browser.choose("Hold back");
    assertThat(browser.eval("view.messages.find(m => m.name === '" + name + "').isHeld"))
        .isEqualTo("true");
    browser.click(".msg[data-name=" + name + "]");
    browser.choose("Duplicate");
    int underWay = Integer.parseInt(browser.eval("view.messages.length"));
    browser.click(".msg[data-name=" + name + "]");
    browser.choose("Drop");
    assertThat(browser.eval("view.messages.length")).isEqualTo(String.valueOf(underWay - 1));
    browser.click("#step");
    assertThat(text("#events")).contains("dropped by hand");
  }

  @Test
  void newMessagesWaitUntilTheyAreDelivered() {
    browser.click("#holdall");
    ask("c0", "put x 1");
    for (int i = 0; i < 5; i++) {
      browser.click("#step");
    }
    assertThat(browser.eval("view.messages.every(m => m.isHeld)")).isEqualTo("true");
    assertThat(text("[data-name=n1]")).doesNotContain("position 1");
    browser.click(".msg");
    browser.choose("Deliver now");
    browser.click("#step");
    assertThat(text("#events")).contains("gets from n0 Append");
  }

  @Test
  void aLinkIsCutOneWayAndMended() throws IOException {
    browser.eval("document.querySelector('[data-name=\"n0-n1\"]').focus()");
    browser.press("Enter");
    browser.choose("Cut n0 → n1");
    assertThat(browser.eval("view.cuts.join()")).isEqualTo("n0>n1");
    ask("c0", "put x 1");
    for (int i = 0; i < 6; i++) {
      browser.click("#step");
    }
    browser.screenshot(SCREENSHOTS.resolve("cut.png"));
    assertThat(text("#events")).contains("the link is cut");
    browser.click("#heal");
    assertThat(browser.eval("view.cuts.length")).isEqualTo("0");
  }

  @Test
  void aNodeCrashesAndRestarts() throws IOException {
    browser.click("[data-name=n0]");
    browser.choose("Crash");
    assertThat(text("[data-name=n0]")).contains("down");
    browser.screenshot(SCREENSHOTS.resolve("crash.png"));
    browser.eval("document.getElementById('speed').value = '20000'");
    browser.click("#play");
    browser.await("view.nodes.some(n => n.isRunning && n.isPrimary)");
    browser.click("#play");
    browser.click("[data-name=n0]");
    browser.choose("Restart");
    browser.click("#play");
    browser.await("view.nodes.every(n => n.status === 'SERVING')");
    browser.click("#play");
  }

  @Test
  void theCoordinatorCrashesAndNothingIsDecidedUntilItIsBack() throws IOException {
    browser.click("[data-name=coordinator]");
    browser.choose("Crash");
    assertThat(text("[data-name=coordinator]")).contains("✕");
    browser.click("[data-name=n0]");
    browser.choose("Crash");
    browser.eval("guarded(() => take(kvstore.run(5000000)))");
    assertThat(browser.eval("view.nodes.some(n => n.isRunning && n.isPrimary)")).isEqualTo("false");
    browser.screenshot(SCREENSHOTS.resolve("coordinator.png"));
    browser.click("[data-name=coordinator]");
    browser.choose("Restart");
    browser.eval("guarded(() => take(kvstore.run(5000000)))");
    assertThat(browser.eval("view.nodes.some(n => n.isRunning && n.isPrimary)")).isEqualTo("true");
  }

  @Test
  void aClockThatIsWrongIsShownAndSetRight() {
    browser.click("[data-name=n1]");
    browser.choose("Clock 1 s ahead");
    assertThat(text("[data-name=n1]")).contains("clock +1000 ms");
    browser.click("[data-name=n1]");
    browser.choose("Clock right");
    assertThat(text("[data-name=n1]")).doesNotContain("clock");
  }

  @Test
  void aNodeShowsItsLeaseItsLogAndItsTerm() {
    show("#s=LINEARIZABLE,PRIMARY,3,2,7");
    browser.eval("guarded(() => take(kvstore.run(200000)))");
    assertThat(text("[data-name=n0]")).contains("lease held");
    browser.click("#holdall");
    ask("c0", "put x 1");
    browser.click("#step");
    browser.click("#step");
    assertThat(text("[data-name=n0]")).contains("log 1 set key x");
    show("#s=LINEARIZABLE,RAFT,3,2,7");
    assertThat(text("[data-name=n0]")).contains("term 1, has the votes of [n0]");
    browser.eval("guarded(() => take(kvstore.run(1000000)))");
    assertThat(text("[data-name=n0]")).contains("term 1, leads");
    assertThat(text("[data-name=n1]")).contains("term 1, follows n0");
  }

  /** What is asked for in the middle of it is answered, and one can go back. */
  @Test
  void aRunOfTenThousandEventsGoesOn() {
    show("#s=SEQUENTIAL,PRIMARY,5,2,7");
    browser.eval(
        "guarded(() => { const puts = [...Array(730).keys()].map(i => '0@' + i * 2e7 + '@c0 put x ' + i);"
            + " take(kvstore.open('SEQUENTIAL,PRIMARY,5,2,7', puts.join(';')));"
            + " take(kvstore.last()); take(kvstore.run(20000)); })");
    assertThat(moment()).isGreaterThan(10_000);
    ask("c1", "get x");
    browser.click("#step");
    assertThat(moment()).isGreaterThan(10_000);
    browser.click("#back");
    browser.eval("go(() => kvstore.jump(5000))");
    assertThat(moment()).isEqualTo(5_000);
  }

  @Test
  void clientsWorkByThemselvesAndTheLinkHasWhatTheyDid() {
    browser.click("#work");
    browser.eval("document.getElementById('speed').value = '1000'");
    browser.click("#play");
    browser.await("view.clients.every(c => c.calls.length > 3)");
    browser.click("#play");
    browser.eval("go(() => kvstore.jump(view.moment))"); // a link holds no time between two
    String there = browser.eval("JSON.stringify(view)");
    show(browser.eval("hash()"));
    assertThat(browser.eval("JSON.stringify(view)")).isEqualTo(there);
  }

  @Test
  void everyTourShowsWhatItSays() throws IOException {
    int tours = Integer.parseInt(browser.eval("tours.length"));
    assertThat(browser.eval("new Set(tours.map(t => t.setup.split(',')[1])).size"))
        .as("protocols with a tour")
        .isEqualTo(browser.eval("Object.keys(cells).length"));
    for (int i = 0; i < tours; i++) {
      String name = browser.eval("tours[" + i + "].name");
      browser.eval("document.getElementById('tourlist').value = " + i);
      browser.click("#tourform button");
      int steps = Integer.parseInt(browser.eval("tour.steps.length"));
      for (int at = 0; at < steps; at++) {
        if (at > 0) {
          browser.click("#tournext");
        }
        assertThat(status()).as("%s, step %s", name, at + 1).doesNotContain("should not");
        assertThat(browser.eval("(tour.steps[tour.at].check || (() => true))(view)"))
            .as("%s, step %s: %s", name, at + 1, browser.eval("tour.steps[tour.at].say"))
            .isEqualTo("true");
        assertThat(text("#tourcount")).isEqualTo(at + 1 + " of " + steps);
      }
      if (i == 0) {
        browser.screenshot(SCREENSHOTS.resolve("tour.png"));
        browser.click("#tourback");
        assertThat(text("#tourcount")).isEqualTo(steps - 1 + " of " + steps);
      }
      browser.click("#tourend");
    }
  }

  @Test
  void aLinkHoldsTheRun() {
    ask("c0", "put x 1");
    browser.click("[data-name=n2]");
    browser.choose("Crash");
    for (int i = 0; i < 4; i++) {
      browser.click("#step");
    }
    String there = browser.eval("JSON.stringify(view)");
    browser.click("#share");
    String link = browser.eval("document.getElementById('linktext').value");
    assertThat(link).startsWith(PAGE.toUri() + "#s=SEQUENTIAL");
    show(link.substring(link.indexOf('#')));
    assertThat(browser.eval("JSON.stringify(view)")).isEqualTo(there);
  }

  @Test
  void aLinkThatIsWrongEndsInWords() {
    show("#s=NONSENSE,PRIMARY,3,2,7");
    assertThat(status()).contains("cannot be played").contains("NONSENSE");
    show("#s=SEQUENTIAL,PRIMARY,3,2,7&d=0@1@crash+n9&m=1");
    assertThat(status()).contains("there is no node n9");
    ask("c0", "<img src=x onerror=alert(1)>");
    assertThat(status()).contains("a client can: put KEY VALUE");
  }

  @Test
  void theFileThatIsSavedShowsTheRun() throws IOException {
    ask("c0", "put x 1");
    browser.click("#step");
    String there = browser.eval("JSON.stringify(view)");
    browser.eval(
        "(() => { window.saved = null; const made = URL.createObjectURL;"
            + " URL.createObjectURL = blob => { window.saved = blob; return made(blob); }; })()");
    browser.click("#export");
    browser.await("window.saved !== null");
    Path file = Path.of("target/saved.html").toAbsolutePath();
    Files.writeString(file, browser.eval("window.saved.text()"));
    browser.leave();
    browser.show(file.toUri().toString(), 1280, 720);
    assertThat(browser.eval("JSON.stringify(view)")).isEqualTo(there);
  }

  @Test
  void aRunIsFoundThatBreaksALevel() throws IOException {
    browser.click("#findgo");
    browser.await("!working.findgo && view.decisions.length > 0");
    assertThat(status()).contains("Found");
    assertThat(text(".verdict.broken")).contains("linearizable");
    browser.screenshot(SCREENSHOTS.resolve("found.png"));
    assertThat(browser.eval("view.verdicts[1].verdict")).isEqualTo("holds");
    browser.click("#first");
    assertThat(browser.eval("document.querySelectorAll('.verdict.broken').length")).isEqualTo("0");
    browser.click("#last");
    assertThat(browser.eval("document.querySelectorAll('.verdict.broken').length")).isEqualTo("1");
    browser.click("summary");
    browser.await("document.querySelector('#drawing svg') !== null");
  }

  @Test
  void aSearchThatIsStoppedEndsBeforeAnotherOneBegins() {
    browser.eval(
        "for (let i = 0; i < 3; i++) document.getElementById('findgo').click()"); // begin, stop
    browser.await("!working.findgo");
    assertThat(status()).startsWith("Stopped after 0 runs of 300");
    assertThat(text("#findgo")).isEqualTo("Find");
    browser.click("#findgo");
    browser.await("!working.findgo && view.decisions.length > 0");
    assertThat(status()).contains("Found");
  }

  @Test
  void aCampaignInThePageIsThatOfTheTestKitAndCanBeStopped() {
    browser.click("#campaigns summary");
    browser.eval("document.getElementById('seeds').value = '2'");
    browser.click("#campaigngo");
    long operations = 0;
    long events = 0;
    Cell cell = new Cell(Replication.PRIMARY, Consistency.SEQUENTIAL);
    for (int seed = 1; seed <= 2; seed++) {
      Map<String, Object> told = CampaignSeed.play(cell, "", seed);
      operations += (int) told.get("operations");
      events += (int) told.get("events");
    }
    browser.await(
        "!working.campaigngo && document.getElementById('campaigntext').textContent !== ''");
    assertThat(text("#campaigntext"))
        .startsWith("2 seeds of sequential primary: nothing broken")
        .contains(String.format(Locale.ROOT, "%,d operations, %,d events", operations, events));
    browser.eval("document.getElementById('seeds').value = '1000'");
    browser.click("#campaigngo");
    browser.click("#campaigngo");
    browser.await("!working.campaigngo");
    assertThat(text("#campaigntext")).startsWith("Stopped after");
  }

  @Test
  void aCampaignThatIsHeldToMoreIsDrawnWhereItBreaks() throws IOException {
    browser.click("#campaigns summary");
    browser.eval("document.getElementById('heldto').value = 'LINEARIZABLE'");
    browser.click("#campaigngo");
    browser.await(
        "!working.campaigngo && document.getElementById('campaigntext').textContent !== ''");
    assertThat(text("#campaigntext")).containsPattern("Seed \\d+ is not linearizable: .+");
    assertThat(browser.eval("document.querySelector('#campaigndrawing svg') !== null"))
        .isEqualTo("true");
    browser.screenshot(SCREENSHOTS.resolve("campaign.png"));
  }

  /** As the documentation tells it. */
  @Test
  void aReadIsStaleBetweenTheAnswerAndTheLastCopy() throws IOException {
    ask("c0", "put x 1");
    for (int i = 0; i < 20 && browser.eval("view.clients[0].calls[0].outcome").isEmpty(); i++) {
      browser.click("#step");
    }
    ask("c1", "get x");
    browser.click("#step");
    assertThat(text(".client:nth-child(2) .calls")).contains("✓ get x at n1 — nothing");
    assertThat(text(".verdict.broken")).contains("linearizable").contains("c1: read");
    browser.screenshot(SCREENSHOTS.resolve("stale.png"));
    assertThat(browser.eval("view.verdicts[1].verdict")).isEqualTo("holds");
    browser.click("#back");
    browser.click("#back");
    assertThat(browser.eval("document.querySelectorAll('.verdict.broken').length")).isEqualTo("0");
  }

  @Test
  void everyProtocolCanBePlayedOnAPhone() throws IOException {
    browser.leave();
    browser.show(PAGE.toUri().toString(), 390, 844);
    assertThat(browser.eval("document.documentElement.scrollWidth <= 390")).isEqualTo("true");
    browser.screenshot(SCREENSHOTS.resolve("phone.png"));
    for (String cell :
        new String[] {
          "LINEARIZABLE,RAFT,5,2,1", "CAUSAL,BROADCAST,3,2,1", "EVENTUAL,KEY_OWNER,4,2,1"
        }) {
      browser.eval("open('" + cell + "', '', 0)");
      ask("c1", "put x 1");
      browser.eval("take(kvstore.run(20000))");
      assertThat(text(".client:nth-child(2) .calls")).contains("✓ put x 1");
    }
  }

  @Test
  void everyButtonHasANameAndNothingIsAskedOfAnyServer() {
    assertThat(
            browser.eval(
                "[...document.querySelectorAll('button, [role=button]')].filter(each =>"
                    + " !(each.getAttribute('aria-label') || each.textContent).trim()).length"))
        .isEqualTo("0");
    assertThat(
            browser.eval(
                "performance.getEntriesByType('resource').filter(each =>"
                    + " !each.name.startsWith('data:')).length"))
        .isEqualTo("0");
  }

  @Test
  void thePageIsSmallEnough() throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(Files.readAllBytes(PAGE));
    }
    assertThat(compressed.size()).isLessThan(MOST_BYTES_COMPRESSED);
  }

  @Test
  void theExampleServesThePageOnLoopback() throws Exception {
    var server = Playground.serve(0);
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(Playground.addressOf(server))).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(Files.readString(PAGE));
      assertThat(server.getAddress().getAddress().isLoopbackAddress()).isTrue();
    } finally {
      server.stop(0);
    }
  }
}
