package io.kvstore.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A tab of an installed Chromium, driven by its own protocol over the JDK's web socket: nothing
 * else is needed, and nothing is downloaded.
 */
public final class Browser implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome");
  private static final long SECONDS = 60;
  private static final Pattern ENDPOINT = Pattern.compile("ws://\\S+");
  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");
  private static final Pattern VALUE = Pattern.compile("\"value\":\"([^\"]*)\"");

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, CompletableFuture<String>> open = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private String session = "";

  private Browser(Process process, Path profile, String endpoint) {
    this.process = process;
    this.profile = profile;
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(endpoint), new Listener())
            .join();
  }

  /** A browser; where there is none, the tests are skipped. */
  public static Browser orSkip() throws IOException {
    Optional<Path> installed =
        Stream.of(System.getenv("PATH").split(":", -1))
            .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(installed.isPresent(), "skipped: there is no Chromium on the path");
    Path profile = Files.createTempDirectory("kvstore-browser");
    Process process =
        new ProcessBuilder(
                installed.get().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--remote-debugging-address=127.0.0.1",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .start();
    BufferedReader output = process.inputReader(UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      Matcher endpoint = ENDPOINT.matcher(line);
      if (endpoint.find()) {
        Thread drain = new Thread(() -> output.lines().forEach(each -> {}), "browser-output");
        drain.setDaemon(true);
        drain.start();
        return new Browser(process, profile, endpoint.group());
      }
    }
    throw new IOException("the browser has ended: " + installed.get());
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
      text.append(part);
      if (isLast) {
        receive(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void receive(String message) {
    Matcher id = ID.matcher(message);
    if (message.startsWith("{\"id\"") && id.find()) {
      open.remove(Integer.parseInt(id.group(1))).complete(message);
    } else if (message.contains("\"Runtime.exceptionThrown\"")
        || (message.contains("\"Runtime.consoleAPICalled\"") && message.contains("\"error\""))
        || message.contains("\"Log.entryAdded\"")) {
      complaints.add(message);
    }
  }

  private String call(String method, String parameters) {
    int id = calls.incrementAndGet();
    CompletableFuture<String> answer = new CompletableFuture<>();
    open.put(id, answer);
    String of = session.isEmpty() ? "" : ",\"sessionId\":\"" + session + "\"";
    socket
        .sendText(
            "{\"id\":"
                + id
                + of
                + ",\"method\":\""
                + method
                + "\",\"params\":{"
                + parameters
                + "}}",
            true)
        .join();
    String said = answer.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    if (said.contains("\"error\":{")) {
      throw new IllegalStateException(method + ": " + said);
    }
    return said;
  }

  /** Opens a page in a tab of this size. */
  public void show(String address, int width, int height) {
    String target = field("targetId", call("Target.createTarget", "\"url\":\"about:blank\""));
    session =
        field(
            "sessionId",
            call("Target.attachToTarget", "\"targetId\":\"" + target + "\",\"flatten\":true"));
    call("Runtime.enable", "");
    call("Log.enable", "");
    call("Page.enable", "");
    call(
        "Emulation.setDeviceMetricsOverride",
        "\"width\":"
            + width
            + ",\"height\":"
            + height
            + ",\"deviceScaleFactor\":1,\"mobile\":"
            + (width < 600));
    call("Page.navigate", "\"url\":\"" + address + "\"");
    await("document.readyState === 'complete' && typeof view !== 'undefined' && view !== null");
  }

  /** Whether pages are told that their reader wants a dark screen. */
  public void prefersDark(boolean dark) {
    call(
        "Emulation.setEmulatedMedia",
        "\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\""
            + (dark ? "dark" : "light")
            + "\"}]");
  }

  /** Ends the session of the tab; it is left open. */
  public void leave() {
    session = "";
  }

  private static String field(String name, String json) {
    Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + name + " in " + json);
    }
    return matcher.group(1);
  }

  /** The value of an expression of the page, as text. */
  public String eval(String expression) {
    String encoded = Base64.getEncoder().encodeToString(expression.getBytes(UTF_8));
    String script =
        "(async () => { const bytes = new TextEncoder().encode(String(await (0, eval)("
            + "new TextDecoder().decode(Uint8Array.from(atob('"
            + encoded
            + "'), c => c.charCodeAt(0)))))); let text = ''; for (const each of bytes)"
            + " text += String.fromCharCode(each); return btoa(text); })()";
    String said =
        call(
            "Runtime.evaluate",
            "\"expression\":\"" + script + "\",\"awaitPromise\":true,\"returnByValue\":true");
    Matcher value = VALUE.matcher(said);
    if (!value.find()) {
      throw new IllegalStateException(expression + ": " + said);
    }
    return new String(Base64.getDecoder().decode(value.group(1)), UTF_8);
  }

  /** Waits until an expression of the page is true. */
  public void await(String expression) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!eval(expression).equals("true")) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + SECONDS + " s: " + expression);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
    }
  }

  /**
   * Clicks into the middle of the first element that a selector chooses, with the mouse, once it
   * moves no more.
   */
  public void click(String selector) {
    String[] place =
        eval("(async () => { const e = document.querySelector("
                + quoted(selector)
                + "); e.scrollIntoView({block: 'center'});"
                + " for (let last = '';;) { const r = e.getBoundingClientRect();"
                + " const now = (r.x + r.width / 2) + ' ' + (r.y + r.height / 2);"
                + " if (now === last) return now; last = now;"
                + " await new Promise(done => setTimeout(done, 30)); } })()")
            .split(" ", -1);
    for (String type : List.of("mousePressed", "mouseReleased")) {
      call(
          "Input.dispatchMouseEvent",
          "\"type\":\""
              + type
              + "\",\"x\":"
              + place[0]
              + ",\"y\":"
              + place[1]
              + ",\"button\":\"left\",\"clickCount\":1");
    }
  }

  /** Clicks the button of the open menu that says this. */
  public void choose(String label) {
    eval(
        "[...document.querySelectorAll('#menubuttons button')].forEach((each, i) =>"
            + " each.id = each.textContent === "
            + quoted(label)
            + " ? 'chosen' : 'other' + i)");
    click("#chosen");
  }

  /** Types a text where the focus is. */
  public void type(String text) {
    call("Input.insertText", "\"text\":\"" + text + "\"");
  }

  /** Presses a key. */
  public void press(String key) {
    String more = key.equals("Enter") ? ",\"text\":\"\\r\"" : "";
    for (String type : List.of("keyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          "\"type\":\""
              + type
              + "\",\"key\":\""
              + key
              + "\",\"code\":\""
              + (key.equals(" ") ? "Space" : key)
              + "\""
              + (type.equals("keyDown") ? more : "")
              + ",\"windowsVirtualKeyCode\":"
              + codeOf(key));
    }
  }

  private static int codeOf(String key) {
    return switch (key) {
      case "Enter" -> 13;
      case " " -> 32;
      case "Tab" -> 9;
      case "End" -> 35;
      case "Home" -> 36;
      case "ArrowLeft" -> 37;
      case "ArrowRight" -> 39;
      default -> throw new IllegalArgumentException(key);
    };
  }

  /** A text as a literal of a page. */
  public static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** Keeps what the tab shows. */
  public void screenshot(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    String said = call("Page.captureScreenshot", "\"format\":\"png\"");
    Files.write(file, Base64.getDecoder().decode(field("data", said)));
  }

  /** What the console has complained of so far. */
  public List<String> complaints() {
    return new ArrayList<>(complaints);
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException | UncheckedIOException stillUsed) {
      profile.toFile().deleteOnExit();
    }
  }
}
