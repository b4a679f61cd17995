package io.kvstore.core.throwing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.kvstore.Cluster;
import io.kvstore.ClusterEvent;
import io.kvstore.Codec;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Replication;
import io.kvstore.StoreBuilder;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.Simulation;
import io.kvstore.core.datalet.SimulatedDisks;
import io.kvstore.core.replication.Cell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in which one method has thrown: what it does meanwhile, and what must hold afterwards.
 * Every node is right, or has stopped and said so; the others go on; nothing that was answered is
 * lost, and nothing that was refused is there; every call has ended; no thread is left.
 */
public final class Story {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration DETECTION = Duration.ofMillis(100);
  private static final Duration TIMEOUT = Duration.ofMillis(400);
  private static final int KEYS = 3;
  private static final NodeId CRASHED = NodeId.of(2);

  /** What the store is given. */
  enum With {
    /** Nothing but what it has itself. */
    NOTHING,
    /** Codecs, datalets, a trace, delays, a listener and steps that depend on answers. */
    GUESTS,
    /** Disks that keep what was answered. */
    DISKS
  }

  private final String title;
  private final With with;
  private final @Nullable Path directory;
  private final @Nullable Simulation simulation;
  private final StoreBuilder<String, String> builder;
  private final Queue<ClusterEvent> events = new ConcurrentLinkedQueue<>();
  private final List<CompletableFuture<?>> futures = new ArrayList<>();
  private final List<Set<String>> allowed = new ArrayList<>(); // values that a key may have
  private final Set<String> refused = new TreeSet<>();
  private @Nullable Cluster cluster; // while it is open
  private int written;
  private boolean wasCrashed;

  private Story(String placement, Consistency level, Replication how, With with, String title) {
    this.title = title;
    this.with = with;
    this.simulation = placement.equals("SIMULATED") ? simulated(with) : null;
    this.directory = with == With.DISKS && simulation == null ? newDirectory() : null;
    Codec<String> codec = with == With.GUESTS ? StoryGuests.codec() : Codecs.STRING;
    StoreBuilder<String, String> plain =
        KVStore.builder()
            .keys(codec)
            .values(codec)
            .consistency(level)
            .replication(how)
            .replicas(needsMajority(level, how) ? 5 : 3) // one is left without two of them
            .failover(Failover.after(DETECTION))
            .timeout(TIMEOUT)
            .limits(Limits.DEFAULT.withOperationsInFlight(8))
            .engine(
                simulation != null
                    ? simulation
                    : threaded(new InProcess().placement(Placement.valueOf(placement)), with));
    this.builder = directory == null ? plain : plain.storageDirectory(directory);
    for (int key = 0; key < KEYS; key++) {
      allowed.add(new TreeSet<>(List.of("first")));
    }
  }

  private static boolean needsMajority(Consistency level, Replication how) {
    Cell cell = new Cell(level, how);
    return cell.isKeptByMajority() || cell.toleratesSilence();
  }

  private static Simulation simulated(With with) {
    Simulation simulation = Simulation.withSeed(7);
    return switch (with) {
      case NOTHING -> simulation;
      case GUESTS -> simulation.datalet(StoryGuests.datalets()).trace(StoryGuests.trace());
      case DISKS -> simulation.datalet(SimulatedDisks.withSeed(7));
    };
  }

  private static InProcess threaded(InProcess threads, With with) {
    InProcess seeded = threads.seed(7);
    return with == With.GUESTS
        ? seeded.datalet(StoryGuests.datalets()).trace(StoryGuests.trace())
        : seeded;
  }

  private static Path newDirectory() {
    try {
      return Files.createTempDirectory("kvstore-story");
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /**
   * Tells one.
   *
   * @param arm called when something may begin to throw
   * @param disarm called when nothing may throw any more
   */
  public static void tell(
      String placement,
      String level,
      String how,
      String with,
      String title,
      Runnable arm,
      Runnable disarm) {
    new Story(
            placement,
            Consistency.valueOf(level),
            Replication.valueOf(how),
            With.valueOf(with),
            title)
        .tell(arm, disarm);
  }

  private void tell(Runnable arm, Runnable disarm) {
    try (KVStore<String, String> store = builder.open()) {
      cluster = store.cluster();
      cluster.listen(events::add);
      for (int key = 0; key < KEYS; key++) {
        store.put("k" + key, "first");
      }
      if (with == With.GUESTS) {
        cluster.listen(event -> Bomb.guest("listener"));
        cluster.network().faults(Faults.NONE.withDelay(StoryGuests.delay()));
      }
      arm.run();
      try {
        live(store);
      } finally {
        disarm.run();
      }
      judge(store);
    } finally {
      disarm.run();
      cluster = null;
      deleteDirectory();
    }
    if (simulation == null) {
      until("no thread is left", () -> threads().isEmpty());
    }
  }

  private void deleteDirectory() {
    if (directory != null) {
      try {
        MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }
  }

  // Life

  private void live(KVStore<String, String> store) {
    put(store, 0);
    quietly(() -> store.get("k0"));
    asynchronously(store);
    put(store, 1);
    quietly(() -> store.scan(io.kvstore.Scan.range("k", "l")));
    quietly(
        () -> {
          store.cluster().crash(CRASHED);
          wasCrashed = true;
        });
    wasCrashed = true;
    put(store, 2);
    quietly(() -> store.cluster().restart(CRASHED));
    quietly(() -> store.cluster().awaitMember(CRASHED, TIMEOUT));
    put(store, 0);
    asynchronously(store);
    quietly(() -> store.getAll(List.of("k0", "k1", "k2")));
    quietly(() -> store.cluster().health());
    quietly(() -> store.at(NodeId.of(1)).get("k1"));
  }

  private void put(KVStore<String, String> store, int key) {
    String value = "v" + written++;
    allowed.get(key).add(value);
    try {
      store.put("k" + key, value);
      allowed.get(key).retainAll(Set.of(value));
    } catch (KVStoreException failed) {
      if (!failed.mayHaveBeenApplied()) {
        refused.add(value);
        allowed.get(key).remove(value);
      }
    } catch (RuntimeException | Error planted) {
      // It may have been applied, or may be yet.
    }
  }

  private void asynchronously(KVStore<String, String> store) {
    for (int i = 0; i < 3; i++) {
      quietly(() -> futures.add(store.async().add("number", 1)));
      quietly(() -> futures.add(store.async().get("k1").thenApply(this::seen)));
    }
  }

  private Optional<String> seen(Optional<String> found) {
    if (with == With.GUESTS) {
      Bomb.guest("step that depends on an answer");
    }
    return found;
  }

  private static void quietly(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error planted) {
      // What it leaves behind is looked at later.
    }
  }

  // Judgement

  private void judge(KVStore<String, String> store) {
    quietly(() -> store.get("k0")); // so that whoever has yet to fail has
    until("every future has ended", () -> futures.stream().allMatch(CompletableFuture::isDone));
    until("every node serves, or is down", () -> areSettled(store));
    if (!serving(store).isEmpty()) {
      useAll(store);
    }
    until("every node serves, or is down", () -> areSettled(store));
    List<NodeId> running = serving(store); // on threads, one may have failed only now
    for (NodeId node : store.cluster().nodes()) {
      if (!store.cluster().isRunning(node)
          && !running.contains(node)
          && !(wasCrashed && node.equals(CRASHED))) {
        until(node + " has said that it failed", () -> hasSaidSo(node));
      }
    }
    if (!running.isEmpty()) {
      assertNothingLost(store, running);
    }
    for (NodeId node : store.cluster().nodes()) {
      if (!store.cluster().isRunning(node)) {
        store.cluster().restart(node);
      }
    }
    until("all nodes serve", () -> allServe(store));
    useAll(store);
    until("all nodes go on", () -> allServe(store));
    if (!running.isEmpty() || with == With.DISKS) {
      assertNothingLost(store, store.cluster().nodes());
    }
    List<CompletableFuture<?>> more = new ArrayList<>();
    KVStore<String, String> session = store.session();
    for (int i = 0; i < 8; i++) {
      more.add(session.async().get("k0"));
    }
    until("no lane is lost", () -> more.stream().allMatch(CompletableFuture::isDone));
    for (CompletableFuture<?> each : more) {
      assertThat(each).as("%s: no lane is lost", title).isCompleted();
    }
  }

  /** A node that has lost all it had waits for others, as long as all that are left have. */
  private boolean areSettled(KVStore<String, String> store) {
    List<NodeId> running = running(store);
    List<NodeId> serving = serving(store);
    return serving.isEmpty()
        ? running.size() < store.cluster().nodes().size()
        : serving.size() == running.size();
  }

  private static List<NodeId> serving(KVStore<String, String> store) {
    return store.cluster().nodes().stream()
        .filter(node -> store.cluster().status(node) == NodeStatus.SERVING)
        .toList();
  }

  private boolean allServe(KVStore<String, String> store) {
    return store.cluster().nodes().stream()
        .allMatch(node -> store.cluster().status(node) == NodeStatus.SERVING);
  }

  private static List<NodeId> running(KVStore<String, String> store) {
    return store.cluster().nodes().stream().filter(store.cluster()::isRunning).toList();
  }

  private boolean hasSaidSo(NodeId node) {
    return events.stream()
        .anyMatch(
            event -> event instanceof ClusterEvent.Failed failed && failed.node().equals(node));
  }

  /** Every node that serves, and goes on to, shows what is written now. */
  private void useAll(KVStore<String, String> store) {
    String value = "used" + written++;
    until("the others go on", () -> isServed(() -> store.put("used", value)));
    for (NodeId node : store.cluster().nodes()) {
      until(
          node + " shows what was written last",
          () ->
              store.cluster().status(node) != NodeStatus.SERVING
                  || isServed(() -> assertThat(store.at(node).get("used")).contains(value)));
    }
  }

  private void assertNothingLost(KVStore<String, String> store, List<NodeId> nodes) {
    for (int key = 0; key < KEYS; key++) {
      Optional<String> value = readInTheEnd(store, "k" + key);
      assertThat(value).as("%s: k%d, refused were %s", title, key, refused).isPresent();
      assertThat(allowed.get(key)).as("%s: k%d", title, key).contains(value.orElseThrow());
      for (NodeId node : nodes) {
        assertThat(readInTheEnd(store.at(node), "k" + key))
            .as("%s: k%d at %s", title, key, node)
            .isEqualTo(value);
      }
    }
  }

  /** Where time is real and the machine is busy, a node may be taken for lost meanwhile. */
  private Optional<String> readInTheEnd(KVStore<String, String> store, String key) {
    List<Optional<String>> read = new ArrayList<>();
    until(key + " is read", () -> isServed(() -> read.add(store.get(key))));
    return read.get(0);
  }

  private static boolean isServed(Runnable call) {
    try {
      call.run();
      return true;
    } catch (KVStoreException | AssertionError notYet) {
      return false;
    }
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("kvstore-"))
        .toList();
  }

  private void until(String what, BooleanSupplier condition) {
    Duration deadline = now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(now())
          .as(() -> title + ": " + what + "; it stands like this: " + state())
          .isLessThan(deadline);
      if (simulation == null) {
        LockSupport.parkNanos(1_000_000);
      } else {
        simulation.runFor(Duration.ofMillis(10));
      }
    }
  }

  private String state() {
    StringBuilder threads = new StringBuilder();
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> {
              if (thread.getName().startsWith("kvstore-")) {
                threads.append('\n').append(thread.getName()).append(List.of(stack));
              }
            });
    return (cluster == null
            ? "closed"
            : cluster.view(0) + ", " + cluster.replicas() + ", " + events)
        + threads;
  }

  private Duration now() {
    return simulation == null ? Duration.ofNanos(System.nanoTime()) : simulation.elapsed();
  }
}
