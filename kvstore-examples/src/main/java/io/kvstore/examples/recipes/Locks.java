package io.kvstore.examples.recipes;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.recipes.Hold;
import io.kvstore.recipes.LeaseOverException;
import io.kvstore.recipes.Recipes;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A lock with a lease and a fencing token: its holder is cut off from the store, knows that it has
 * lost the lock, and what it writes all the same is refused.
 */
public final class Locks {
  private static final Duration LEASE = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final PrintStream out;
  private final Ledger ledger = new Ledger();

  private Locks(PrintStream out) {
    this.out = out;
  }

  /** What the lock protects. It knows nothing of locks, but refuses old tokens. */
  private static final class Ledger {
    private long greatest;

    /** Takes an entry, unless one with a greater token was there before. */
    boolean write(long token) {
      if (token < greatest) {
        return false;
      }
      greatest = token;
      return true;
    }
  }

  /** Runs the example. */
  public static void main(String... arguments) throws InterruptedException {
    run(System.out);
  }

  static void run(PrintStream out) throws InterruptedException {
    new Locks(out).run();
  }

  private void run() throws InterruptedException {
    try (KVStore<String, String> store = KVStore.builder().open();
        Recipes ana = Recipes.over(store.at(NodeId.of(1)), LEASE);
        Recipes bob = Recipes.over(store.at(NodeId.of(0)), LEASE)) {
      Hold anas = ana.lock("ledger").acquire();
      long anasToken = anas.token();
      show("ana has the lock", anas.isHeld());
      show("bob gets it at once", bob.lock("ledger").tryAcquire().isPresent());
      show("ana's entry counts", ledger.write(anasToken));

      CountDownLatch lost = new CountDownLatch(1);
      anas.onLost(lost::countDown);
      out.println("  ana's node is cut off");
      store.cluster().network().isolate(NodeId.of(1));
      try (Hold bobs = bob.lock("ledger").tryAcquire(PATIENCE).orElseThrow()) {
        lost.await();
        show("bob has the lock", bobs.isHeld());
        show("bob's token is greater", bobs.token() > anasToken);
        show("ana knows that hers is lost", knowsThatItIsLost(anas));
        show("bob's entry counts", ledger.write(bobs.token()));
        show("an entry of ana's that comes late counts", ledger.write(anasToken));
      }
      store.cluster().network().heal();
    }
  }

  private static boolean knowsThatItIsLost(Hold hold) {
    try {
      hold.ensureHeld();
      return false;
    } catch (LeaseOverException over) {
      return true;
    }
  }

  private void show(String what, boolean outcome) {
    out.printf("  %-42s %s%n", what, outcome ? "yes" : "no");
  }
}
