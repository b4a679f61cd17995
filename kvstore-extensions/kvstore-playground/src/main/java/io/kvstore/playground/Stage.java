package io.kvstore.playground;

import io.kvstore.Bytes;
import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Session;
import io.kvstore.core.Simulation;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.spi.Entry;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.record.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A simulated store, its clients, and the messages between its nodes, with no way back. */
final class Stage implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final int LONGEST_WORD = 100;

  private final Setup setup;
  private final Simulation simulation;
  private final Letters letters;
  private final Recorder recorder = new Recorder();
  private final KVStore<String, String> store;
  private final List<TraceEvent> events = new ArrayList<>();
  private final List<String> sentences = new ArrayList<>(); // of those that were shown
  private final Map<NodeId, Datalet> datalets = new TreeMap<>();
  private final List<Client> clients = new ArrayList<>();
  private final Set<String> cuts = new TreeSet<>(); // n0>n1
  private final Set<NodeId> down = new TreeSet<>(); // crashed by hand
  private final Map<NodeId, Long> clocks = new TreeMap<>(); // how far they are ahead, in ms
  private String asking = "";
  private Runnable onEvent = () -> {};
  private Optional<Map<Consistency, Verdict>> seen = Optional.empty(); // since the last answer

  /** A client and what it has asked for. */
  static final class Client {
    NodeId node;
    Session<String, String> session;
    final List<Call> calls = new ArrayList<>();

    Client(NodeId node, Session<String, String> session) {
      this.node = node;
      this.session = session;
    }
  }

  /** An operation of a client. */
  static final class Call {
    final String words;
    final NodeId node;
    final long asked;
    String outcome = ""; // while it is open
    String answer = "";
    long answered;

    Call(String words, NodeId node, long asked) {
      this.words = words;
      this.node = node;
      this.asked = asked;
    }
  }

  Stage(Setup setup) {
    this.setup = setup;
    letters = new Letters(() -> Simulation.BEGINNING_NANOS + elapsed());
    simulation =
        Simulation.withSeed(setup.seed())
            .datalet(this::open)
            .trace(this::happened)
            .decider(letters);
    recorder.callers(() -> asking);
    store =
        KVStore.builder()
            .engine(recorder.around(simulation))
            .consistency(setup.level())
            .replication(setup.protocol())
            .replicas(setup.nodes())
            .timeout(TIMEOUT)
            .open();
    events.clear(); // of how the nodes came together
    for (int i = 0; i < setup.clients(); i++) {
      NodeId node = NodeId.of(i % setup.nodes());
      clients.add(new Client(node, store.at(node)));
    }
  }

  private Datalet open(NodeId node, int shard) {
    Datalet datalet = Datalets.hash().open(node, shard);
    datalets.put(node, datalet);
    return datalet;
  }

  private void happened(TraceEvent event) {
    events.add(event);
    onEvent.run();
  }

  /** Tells of each event while it happens. */
  void onEvent(Runnable listener) {
    onEvent = listener;
  }

  // Time

  /** How many events of the simulation there were, shown or not. */
  long steps() {
    return simulation.events();
  }

  /** How much virtual time has passed. */
  long elapsed() {
    return simulation.elapsed().toNanos();
  }

  void runUntil(BooleanSupplier condition, long nanos) {
    if (nanos > 0 || !condition.getAsBoolean()) {
      simulation.runUntil(condition, Duration.ofNanos(nanos));
    }
  }

  // Decisions

  /**
   * Does what was decided.
   *
   * @throws IllegalArgumentException when that is not possible, in words for the one who decided
   */
  void perform(String decision) {
    String[] words = decision.strip().split(" +", -1);
    for (String each : words) {
      if (each.length() > LONGEST_WORD) {
        throw new IllegalArgumentException("a word is longer than " + LONGEST_WORD + " characters");
      }
    }
    Cluster cluster = store.cluster();
    if (words[0].matches("c[0-9]+")) {
      ask(client(words[0]), words, decision.strip());
      return;
    }
    requireWords(words, words[0].equals("cut") || words[0].equals("cutoneway") ? 3 : 1);
    switch (words[0]) {
      case "crash" -> {
        cluster.crash(node(words));
        down.add(node(words));
      }
      case "restart" -> {
        cluster.restart(node(words));
        down.remove(node(words));
      }
      case "pause" -> cluster.pause(node(words), millis(words));
      case "skew" -> {
        cluster.skewClock(node(words), millis(words), 0);
        clocks.put(node(words), millis(words).toMillis());
      }
      case "cut" -> cut(words[1], words[2], true);
      case "cutoneway" -> cut(words[1], words[2], false);
      case "heal" -> heal(words);
      case "hold" -> letters.hold(words[1]);
      case "deliver" -> letters.deliver(words[1]);
      case "release" -> letters.release(words[1]);
      case "drop" -> letters.drop(words[1]);
      case "duplicate" -> letters.duplicate(words[1]);
      case "holdall" -> letters.holdAll(words.length > 1 && words[1].equals("on"));
      default ->
          throw new IllegalArgumentException(
              "expected crash, restart, pause, skew, cut, cutoneway, heal, hold, deliver, release,"
                  + " drop, duplicate, holdall, or an operation of a client, found "
                  + decision);
    }
  }

  private static void requireWords(String[] words, int least) {
    boolean hasTarget = !words[0].equals("heal") && !words[0].equals("holdall");
    if (words.length < Math.max(least, hasTarget ? 2 : 1)) {
      throw new IllegalArgumentException("what is to " + words[0] + "?");
    }
  }

  private NodeId node(String[] words) {
    return nodeNamed(words[1]);
  }

  private NodeId nodeNamed(String name) {
    for (NodeId each : store.cluster().nodes()) {
      if (each.toString().equals(name)) {
        return each;
      }
    }
    if (name.equals(NodeId.COORDINATOR.toString())) {
      return NodeId.COORDINATOR;
    }
    throw new IllegalArgumentException(
        "there is no node " + name + ", only " + store.cluster().nodes());
  }

  private static Duration millis(String[] words) {
    long millis = words.length > 2 ? Setup.number(words[2]) : 1_000;
    if (Math.abs(millis) > 60_000) {
      throw new IllegalArgumentException("expected a minute at the most, found " + millis + " ms");
    }
    return Duration.ofMillis(millis);
  }

  private void cut(String one, String other, boolean isBothWays) {
    NodeId from = nodeNamed(one);
    NodeId to = nodeNamed(other);
    store.cluster().network().cutOneWay(from, to);
    cuts.add(from + ">" + to);
    if (isBothWays) {
      store.cluster().network().cutOneWay(to, from);
      cuts.add(to + ">" + from);
    }
  }

  private void heal(String[] words) {
    if (words.length < 3) {
      store.cluster().network().heal();
      cuts.clear();
      return;
    }
    NodeId one = nodeNamed(words[1]);
    NodeId other = nodeNamed(words[2]);
    store.cluster().network().heal(one, other);
    cuts.remove(one + ">" + other);
    cuts.remove(other + ">" + one);
  }

  private Client client(String name) {
    int number = (int) Setup.number(name.substring(1));
    if (number >= clients.size()) {
      throw new IllegalArgumentException(
          "there is no client " + name + ", only c0 to c" + (clients.size() - 1));
    }
    return clients.get(number);
  }

  private void ask(Client client, String[] words, String decision) {
    String what = words.length > 1 ? words[1] : "";
    boolean hasValue = what.equals("put") || what.equals("append");
    boolean isKnown = hasValue || what.equals("get") || what.equals("remove") || what.equals("at");
    if (!isKnown || words.length != (hasValue ? 4 : 3)) {
      throw new IllegalArgumentException(
          "a client can: put KEY VALUE, append KEY VALUE, get KEY, remove KEY, at NODE; not "
              + decision);
    }
    if (what.equals("at")) {
      client.node = nodeNamed(words[2]);
      client.session = store.at(client.node);
      return;
    }
    asking = words[0];
    Call call =
        new Call(String.join(" ", List.of(words).subList(1, words.length)), client.node, elapsed());
    client.calls.add(call);
    seen = Optional.empty();
    String key = words[2];
    try {
      CompletableFuture<?> answer =
          switch (what) {
            case "put" -> client.session.async().put(key, words[3]);
            case "append" -> client.session.async().append(key, words[3]);
            case "get" -> client.session.async().get(key);
            default -> client.session.async().remove(key);
          };
      CompletableFuture<?> unused = answer.handle((value, thrown) -> ended(call, value, thrown));
    } catch (RuntimeException refused) {
      ended(call, null, refused);
    }
  }

  private boolean ended(Call call, @Nullable Object value, @Nullable Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    call.answered = elapsed();
    seen = Optional.empty();
    if (cause == null) {
      call.outcome = "ok";
      call.answer = text(value);
    } else {
      boolean isUnknown = cause instanceof IndeterminateException;
      call.outcome = isUnknown ? "unknown" : "refused";
      call.answer = String.valueOf(cause.getMessage());
    }
    return true;
  }

  private static String text(@Nullable Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(String::valueOf).orElse("nothing");
    }
    return value == null ? "done" : String.valueOf(value);
  }

  // What there is to see

  Setup setup() {
    return setup;
  }

  Cluster cluster() {
    return store.cluster();
  }

  Letters letters() {
    return letters;
  }

  Recorder recorder() {
    return recorder;
  }

  List<TraceEvent> events() {
    return events;
  }

  /** An event in a sentence, which is made once. */
  String sentence(int event) {
    while (sentences.size() <= event) {
      sentences.add("");
    }
    if (sentences.get(event).isEmpty()) {
      sentences.set(event, Sentence.of(events.get(event)));
    }
    return sentences.get(event);
  }

  List<Client> clients() {
    return clients;
  }

  /** What the checkers say of what clients have seen. */
  Map<Consistency, Verdict> verdicts() {
    if (seen.isEmpty()) {
      seen = Optional.of(Verdicts.of(this));
    }
    return seen.get();
  }

  Set<String> cuts() {
    return cuts;
  }

  boolean isCoordinatorRunning() {
    return !down.contains(NodeId.COORDINATOR);
  }

  /** How far the clock of a node is ahead of virtual time, in milliseconds. */
  long clockAhead(NodeId node) {
    return clocks.getOrDefault(node, 0L);
  }

  /** What replicas keep for others or for later, by what it is and where. */
  Map<String, Integer> sizes() {
    return simulation.sizes();
  }

  /** What a node lets one see of its inside: a lease, a term, a log. */
  Map<String, String> shown(NodeId node) {
    return simulation.shown(node);
  }

  /** What a node's datalet holds. */
  Map<Bytes, Entry> entries(NodeId node) {
    Map<Bytes, Entry> entries = new TreeMap<>();
    Datalet datalet = datalets.get(node);
    if (datalet != null && store.cluster().isRunning(node)) {
      datalet.forEach(
          (key, entry) -> {
            entries.put(key, entry);
            return true;
          });
    }
    return entries;
  }

  @Override
  public void close() {
    store.close();
  }
}
