package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.playground.Browser;
import io.kvstore.server.Http;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The status page in a real browser. */
@Timeout(300)
final class StatusPageTest {
  private static final Path SCREENSHOTS = Path.of("target/screenshots");
  private static final String DRAWN =
      "view.samples.length > 2 && document.querySelectorAll('#throughput svg').length > 0";

  private static Browser browser;

  @BeforeAll
  static void browserIsThere() throws IOException {
    browser = Browser.orSkip();
  }

  @AfterAll
  static void browserEnds() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void leave() {
    browser.leave();
  }

  private static void show(Web web, int width, int height) {
    browser.show("http://127.0.0.1:" + web.address(0).getPort() + "/", width, height);
  }

  private static String text(String selector) {
    return browser.eval("document.querySelector('" + selector + "').textContent");
  }

  @Test
  void aStoreIsShownWithItsNodesAndWhatHappensToThem() throws IOException {
    try (Web web = Web.at(Consistency.LINEARIZABLE)) {
      int before = browser.complaints().size();
      show(web, 1280, 900);
      Thread load = new Thread(() -> write(web));
      load.start();
      browser.await(DRAWN + " && view.samples.some(each => each.rate > 0 && each.p50 !== null)");
      assertThat(text("#health")).isEqualTo("● The store is whole");
      assertThat(text("#nodes tbody tr")).contains("n0", "● serving", "primary");
      assertThat(browser.eval("document.querySelectorAll('#nodes tbody tr').length"))
          .isEqualTo("3");
      assertThat(browser.eval("document.querySelector('#latency svg').getAttribute('aria-label')"))
          .startsWith("Latency in milliseconds: 50% ");
      web.store().cluster().crash(NodeId.of(2));
      browser.await("document.getElementById('events').textContent.includes('n2 was crashed')");
      browser.await("document.getElementById('nodes').textContent.includes('✕ down')");
      browser.screenshot(SCREENSHOTS.resolve("status.png"));
      browser.prefersDark(true);
      browser.screenshot(SCREENSHOTS.resolve("status-dark.png"));
      browser.leave();
      show(web, 390, 844);
      browser.await(DRAWN);
      assertThat(browser.eval("document.documentElement.scrollWidth <= 390")).isEqualTo("true");
      browser.screenshot(SCREENSHOTS.resolve("status-phone.png"));
      load.interrupt();
      assertThat(browser.complaints()).hasSize(before);
    }
  }

  private static void write(Web web) {
    for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
      try {
        assertThat(web.put(0, "/data/k" + i % 50, "{\"value\": \"v\"}").status()).isPositive();
        Thread.sleep(5);
      } catch (InterruptedException | RuntimeException | AssertionError ended) {
        return;
      }
    }
  }

  @Test
  void thePageAsksForTheTokenAndKeepsItInItsTab() throws IOException {
    try (Web web =
        Web.with(Consistency.EVENTUAL, same -> same, Http.onLoopback().withToken("s3cret"))) {
      show(web, 800, 600);
      browser.await("view.needsToken && !document.getElementById('login').hidden");
      assertThat(browser.eval("document.querySelector('.of-store').hidden")).isEqualTo("true");
      browser.screenshot(SCREENSHOTS.resolve("status-token.png"));
      browser.click("#token");
      browser.type("wrong");
      browser.press("Enter");
      browser.await("document.getElementById('notice').textContent === 'That is not the token.'");
      browser.click("#token");
      browser.type("s3cret");
      browser.click("form button");
      browser.await("view.status !== null && document.getElementById('login').hidden");
      browser.eval("location.reload()");
      browser.await("typeof view !== 'undefined' && view.status !== null && view.answers > 0");
    }
  }
}
