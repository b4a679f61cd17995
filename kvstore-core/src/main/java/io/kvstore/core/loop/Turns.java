package io.kvstore.core.loop;

import static com.google.common.base.Throwables.throwIfUnchecked;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Clients of a simulation as ordinary blocking code: each has a thread of its own, and one of all
 * these threads runs at a time.
 *
 * <pre>
 *   the driver       ──resume──▶            ──resume──▶
 *   client a                    runs…waits                          (its answer is there)
 *   client b                                           runs…waits
 * </pre>
 *
 * <p>A client gives its turn back when it waits for the simulation. Who of those that can go on is
 * next is drawn, so that a seed decides how clients overtake one another.
 */
final class Turns {
  private static final long LOOK_AFTER_SECONDS = 2;

  private final RandomGenerator random;
  private final List<Client> clients = new ArrayList<>();
  private final Semaphore givenBack = new Semaphore(0);
  private @Nullable Client running; // by the thread that has the turn
  private boolean over;

  Turns(RandomGenerator random) {
    this.random = random;
  }

  /** One client. All of it is touched only by the thread that has the turn. */
  private final class Client implements Runnable {
    private final String name;
    private final SimulatedDriver.Code code;
    private final Semaphore turn = new Semaphore(0);
    private final Thread thread;
    private BooleanSupplier mayGoOn = () -> true;
    private long wakesAt = Long.MAX_VALUE;
    private boolean ended;
    private @Nullable Throwable failure;

    Client(String name, SimulatedDriver.Code code) {
      this.name = name;
      this.code = code;
      thread = new Thread(this, "client-" + name);
      thread.setDaemon(true);
    }

    @Override
    public void run() {
      turn.acquireUninterruptibly();
      try {
        if (!over) {
          code.run();
        }
      } catch (Throwable thrown) { // an AssertionError, most of the time
        failure = over ? null : thrown;
      } finally {
        ended = true;
        givenBack.release();
      }
    }

    boolean isReadyAt(long now) {
      return wakesAt <= now || mayGoOn.getAsBoolean();
    }
  }

  /** What the client is called that the calling thread is; null when it is none. */
  @Nullable String nameOfClient() {
    Client client = running;
    return client != null && client.thread == Thread.currentThread() ? client.name : null;
  }

  /** Whether the calling thread is a client's. */
  boolean isClient() {
    return running != null && running.thread == Thread.currentThread();
  }

  /** Another client, which begins at its first turn. */
  void add(String name, SimulatedDriver.Code code) {
    Client client = new Client(name, code);
    clients.add(client);
    client.thread.start();
  }

  boolean areOver() {
    return clients.isEmpty();
  }

  /** Lets a client that can go on do so until it waits again; false when there is none. */
  boolean resumeOne(long now) {
    List<Client> ready = clients.stream().filter(client -> client.isReadyAt(now)).toList();
    if (ready.isEmpty()) {
      return false;
    }
    resume(ready.get(random.nextInt(ready.size())));
    return true;
  }

  private void resume(Client client) {
    running = client;
    client.turn.release();
    awaitTurn(client);
    running = null;
    if (client.ended) {
      clients.remove(client);
      if (client.failure != null) {
        client.failure.addSuppressed(new ClientFailure(client.name));
        throwIfUnchecked(client.failure);
        throw new ClientFailure(client.name, client.failure);
      }
    }
  }

  private void awaitTurn(Client client) {
    try {
      while (!givenBack.tryAcquire(LOOK_AFTER_SECONDS, TimeUnit.SECONDS)) {
        if (client.thread.getState() != Thread.State.RUNNABLE) { // one that is debugged is
          throw stuck(client);
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + client.name + " ran", interrupted);
    }
  }

  private static IllegalStateException stuck(Client client) {
    IllegalStateException stuck =
        new IllegalStateException(
            "the client "
                + client.name
                + " waits for something outside of the simulation, see its stack below: wait for"
                + " futures with simulation.runUntilDone(future), for time with"
                + " simulation.runFor(time)");
    stuck.setStackTrace(client.thread.getStackTrace());
    return stuck;
  }

  /** For a client: gives the turn back until the condition holds or virtual time has come. */
  void waitUntil(BooleanSupplier condition, long deadline) {
    Client self = running;
    if (self == null || self.thread != Thread.currentThread()) {
      throw new IllegalStateException("only a client whose turn it is can wait");
    }
    self.mayGoOn = condition;
    self.wakesAt = deadline;
    givenBack.release();
    self.turn.acquireUninterruptibly();
    if (over) {
      throw new IllegalStateException("the simulation has ended while " + self.name + " waited");
    }
  }

  /** When the first client wakes up by itself. */
  long nextDeadline() {
    return clients.stream().mapToLong(client -> client.wakesAt).min().orElse(Long.MAX_VALUE);
  }

  /** Who still waits, for a message. */
  List<String> waiting() {
    return clients.stream().map(client -> client.name).toList();
  }

  /** Ends all clients: what they wait for fails. */
  void end() {
    over = true;
    for (Client client : clients) {
      running = client;
      client.turn.release();
      client.thread.interrupt();
      Threads.join(client.thread, 1); // one that is stuck elsewhere may not listen
    }
    running = null;
    clients.clear();
    givenBack.drainPermits();
    over = false; // others may begin
  }

  /** Says which client has failed. */
  private static final class ClientFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientFailure(String name) {
      super("this happened to the simulated client " + name, null, true, false);
    }

    ClientFailure(String name, Throwable cause) {
      super("the simulated client " + name + " has failed", cause);
    }
  }
}
