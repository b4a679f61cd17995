package io.kvstore.examples;

import io.kvstore.Consistency;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Session;
import io.kvstore.UnavailableException;
import io.kvstore.Versioned;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** First steps with a store of three replicas: what it does, what it refuses, how long it takes. */
public final class Quickstart {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long MEASURED_NANOS = 100_000_000;

  private final PrintStream out;
  private final KVStore<String, String> store;

  private Quickstart(PrintStream out, KVStore<String, String> store) {
    this.out = out;
    this.store = store;
  }

  /** Takes the steps. */
  public static void main(String... arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    try (KVStore<String, String> store =
        KVStore.builder().consistency(Consistency.LINEARIZABLE).replicas(3).open()) {
      out.println("A linearizable store, on the nodes " + store.cluster().nodes());
      Quickstart steps = new Quickstart(out, store);
      steps.writeAndRead();
      steps.compareAndSet();
      steps.showReplicas();
      steps.cutALink();
      steps.crashANode();
    }
    measureEachLevel(out);
  }

  private void writeAndRead() {
    store.put("greeting", "hello");
    show("put greeting = hello, get greeting", store.get("greeting").orElse("nothing"));
    show(
        "add 1 to visits, three times",
        store.add("visits", 1) + " " + store.add("visits", 1) + " " + store.add("visits", 1));
  }

  private void compareAndSet() {
    Versioned<String> seen = store.getVersioned("greeting").orElseThrow();
    show(
        "replace greeting, if it is still version " + seen.version(),
        store.replace("greeting", seen.version(), "hello, world"));
    show("the same again: it is not", store.replace("greeting", seen.version(), "lost update"));
  }

  /** Reads at each replica by itself, but nothing older than what this client has seen. */
  private void showReplicas() {
    for (NodeId node : store.cluster().nodes()) {
      Session<String, String> replica = store.session(store.position()).at(node);
      show(
          "  " + node + " holds",
          "greeting = %s, visits = %s"
              .formatted(
                  replica.get("greeting", Consistency.SEQUENTIAL).orElse("nothing"),
                  replica.get("visits", Consistency.SEQUENTIAL).orElse("nothing")));
    }
  }

  /**
   * A write is answered when every member of the view holds it. One that is cut off can hold
   * nothing: after half a second the others go on without it, and it answers nothing old.
   */
  private void cutALink() {
    NodeId away = store.cluster().nodes().get(2);
    out.println("Cut " + away + " off from the others");
    store.cluster().network().isolate(away);
    show("put city = Paris", outcomeOf(() -> store.put("city", "Paris")));
    show("the view", store.cluster().view(0).members());
    Session<String, String> lonely = store.at(away);
    show(
        "get city at " + away,
        outcomeOf(() -> lonely.withTimeout(Duration.ofMillis(100)).get("city")));
    out.println("Heal the links");
    store.cluster().network().heal();
    store.cluster().awaitMember(away, PATIENCE);
    show("get city at " + away + ", which is back", lonely.get("city").orElse("nothing"));
  }

  /** A node that starts again is brought up to date before it serves. */
  private void crashANode() {
    NodeId node = store.cluster().view(0).primary();
    out.println("Crash " + node + ", the primary, which loses its memory");
    store.cluster().crash(node);
    show("put city = Rome", outcomeOf(() -> store.put("city", "Rome")));
    show("the view", store.cluster().view(0).members());
    out.println("Start it again");
    store.cluster().restart(node);
    store.cluster().awaitMember(node, PATIENCE);
    showReplicas();
  }

  private static String outcomeOf(Runnable call) {
    long start = System.nanoTime();
    try {
      call.run();
      return "done, after " + (System.nanoTime() - start) / 1_000_000 + " ms";
    } catch (UnavailableException refused) {
      return "no answer rather than an old one";
    } catch (IndeterminateException unknown) {
      return "no answer in time: may or may not be applied";
    }
  }

  private void show(String what, Object outcome) {
    out.printf("  %-42s %s%n", what, outcome);
  }

  // How long it takes

  private static void measureEachLevel(PrintStream out) {
    out.println("Time per call, one caller, three replicas (a rough figure of right now)");
    Arrays.stream(Consistency.values()).forEach(Quickstart::measure); // while the JVM warms up
    Arrays.stream(Consistency.values()).map(Quickstart::measure).forEach(out::println);
  }

  private static String measure(Consistency level) {
    try (KVStore<String, String> store = KVStore.builder().consistency(level).open()) {
      double put = microseconds(i -> store.put(key(i), "value"));
      double get = microseconds(i -> store.get(key(i)));
      return String.format(Locale.ROOT, "  %-14s put %6.2f us   get %6.2f us", level, put, get);
    }
  }

  private static String key(int i) {
    return "key" + i % 1000;
  }

  @FunctionalInterface
  private interface Step {
    void take(int i);
  }

  private static double microseconds(Step step) {
    long start = System.nanoTime();
    long taken = 0;
    int steps = 0;
    while (taken < MEASURED_NANOS) {
      for (int i = 0; i < 100; i++) {
        step.take(steps++);
      }
      taken = System.nanoTime() - start;
    }
    return taken / 1e3 / steps;
  }
}
