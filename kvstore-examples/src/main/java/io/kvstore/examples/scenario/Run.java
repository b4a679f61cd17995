package io.kvstore.examples.scenario;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.examples.scenario.Script.Part;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.record.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A scenario at one level: a cluster of its own, and a thread for each client. */
final class Run {
  private static final long WARM_UP_NANOS = 300_000_000;
  private static final long CONVERGENCE_NANOS = 10_000_000_000L;
  private static final int END_SECONDS = 10;
  private static final int PROGRESS_MILLIS = 100;
  private static final int PATIENCE_MILLIS = 5;

  private final ScenarioFile file;
  private final Consistency level;
  private final boolean listens;

  Run(ScenarioFile file, Consistency level, boolean listens) {
    this.file = file;
    this.level = level;
    this.listens = listens;
  }

  /** Does the same without sleeps, on stores that are thrown away, until the JVM knows it. */
  void warmUp(Script script, Progress unseen) throws InterruptedException {
    Script awake = script.awake();
    List<Integer> anyPorts = Collections.nCopies(file.servers(), 0);
    long start = System.nanoTime();
    do {
      perform(awake, Duration.ZERO, unseen, anyPorts, address -> {});
    } while (System.nanoTime() - start < WARM_UP_NANOS);
  }

  /**
   * Does what the script says.
   *
   * @param listener learns of each server that listens
   */
  Outcome perform(Script script, Duration delay, Progress progress, Consumer<String> listener)
      throws InterruptedException {
    return perform(script, delay, progress, file.clientPorts(), listener);
  }

  private Outcome perform(
      Script script,
      Duration delay,
      Progress progress,
      List<Integer> ports,
      Consumer<String> listener)
      throws InterruptedException {
    Recorder recorder = new Recorder();
    try (KVStore<Bytes, Bytes> store =
            KVStore.builder()
                .keys(Codecs.BYTES)
                .values(Codecs.BYTES)
                .consistency(level)
                .replicas(file.servers())
                .engine(recorder.aroundDefault())
                .open();
        Doors doors = listens ? Doors.onPorts(store, ports) : Doors.within(store)) {
      if (!delay.isZero()) {
        Delay upTo = Delay.uniform(Duration.ZERO, delay);
        store.cluster().network().faults(Faults.NONE.withDelay(upTo));
      }
      doors.addresses().forEach(listener);
      act(doors, script, progress);
      History history = recorder.history();
      return new Outcome(level, history, recorder.disturbances(), disagreement(store));
    }
  }

  // Clients

  private static void act(Doors doors, Script script, Progress progress)
      throws InterruptedException {
    CountDownLatch start = new CountDownLatch(1);
    AtomicInteger number = new AtomicInteger();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            script.parts().size(),
            client -> new Thread(client, "client-" + number.getAndIncrement()));
    List<Client> open = new ArrayList<>();
    try {
      List<Future<?>> clients = new ArrayList<>();
      for (Part part : script.parts()) {
        Client session = doors.enter(NodeId.of(part.server()));
        open.add(session);
        clients.add(
            threads.submit(
                () -> {
                  start.await();
                  act(session, part, progress);
                  return part;
                }));
      }
      start.countDown();
      for (Future<?> client : clients) {
        await(client, progress);
      }
    } finally {
      progress.end();
      threads.shutdownNow();
      threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
      open.forEach(Client::close);
    }
  }

  private static void act(Client client, Part part, Progress progress) throws InterruptedException {
    for (Request step : part.steps()) {
      try {
        act(client, step);
      } catch (KVStoreException refusedOrUnknown) {
        // The history has it. A client goes on with its next request.
      }
      progress.advance();
    }
  }

  private static void act(Client client, Request step) throws InterruptedException {
    if (step instanceof Request.Write write) {
      client.write(write.key(), write.value());
    } else if (step instanceof Request.Read read) {
      client.read(read.key());
    } else if (step instanceof Request.Sleep sleep) {
      Thread.sleep(sleep.millis().orElse(0));
    }
  }

  private static void await(Future<?> client, Progress progress) throws InterruptedException {
    while (true) {
      try {
        client.get(PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException notYet) {
        progress.show();
      } catch (ExecutionException broken) {
        throw new IllegalStateException("a client failed: " + broken.getCause(), broken);
      }
    }
  }

  // Afterwards

  /** In what the replicas still differ when writing has stopped for a while. */
  private Optional<String> disagreement(KVStore<Bytes, Bytes> store) throws InterruptedException {
    Map<NodeId, KVStore<Bytes, Bytes>> replicas = new LinkedHashMap<>();
    store.cluster().nodes().forEach(node -> replicas.put(node, store.at(node)));
    long start = System.nanoTime();
    Optional<String> difference = difference(replicas);
    while (difference.isPresent() && System.nanoTime() - start < CONVERGENCE_NANOS) {
      Thread.sleep(PATIENCE_MILLIS);
      difference = difference(replicas);
    }
    return difference;
  }

  private Optional<String> difference(Map<NodeId, KVStore<Bytes, Bytes>> replicas) {
    for (String key : file.keys()) {
      Map<NodeId, String> values = new LinkedHashMap<>();
      replicas.forEach(
          (node, replica) ->
              values.put(
                  node,
                  replica
                      .get(Bytes.of(key), Consistency.EVENTUAL)
                      .map(Bytes::toText)
                      .orElse("nothing")));
      if (values.values().stream().distinct().count() > 1) {
        return Optional.of(key + " is " + values);
      }
    }
    return Optional.empty();
  }
}
