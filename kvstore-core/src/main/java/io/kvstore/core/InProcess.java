package io.kvstore.core;

import static java.util.Objects.requireNonNull;

import io.kvstore.Faults;
import io.kvstore.core.client.LocalBackend;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.loop.DedicatedDriver;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.loop.SharedDriver;
import io.kvstore.core.loop.SimulatedDriver;
import io.kvstore.core.protocol.Protocols;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.spi.Decider;
import io.kvstore.core.store.LocalCluster;
import io.kvstore.core.store.LocalCluster.Loops;
import io.kvstore.core.store.StoreRecord;
import io.kvstore.core.trace.OrderResults;
import io.kvstore.core.trace.Trace;
import io.kvstore.spi.Backend;
import io.kvstore.spi.Engine;
import io.kvstore.spi.Settings;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs a store's whole cluster in this JVM, on threads. It is what {@code KVStore.builder().open()}
 * finds by itself; name it to choose more.
 *
 * <pre>{@code
 * KVStore<String, String> store = KVStore.builder()
 *     .engine(new InProcess().placement(Placement.DEDICATED).datalet(Datalets.tree()))
 *     .open();
 * }</pre>
 *
 * <p>Immutable: each method returns a new engine. One engine can open many stores.
 */
public final class InProcess implements Engine {
  private static final AtomicLong STORES = new AtomicLong();

  private final Placement placement;
  private final Optional<ControletFactory> protocol;
  private final Optional<DataletFactory> datalet;
  private final Optional<Trace> trace;
  private final OptionalLong seed;

  /**
   * Shared placement, hash datalets (log datalets where there is a storage directory), no listener.
   */
  public InProcess() {
    this(
        Placement.SHARED,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty());
  }

  private InProcess(
      Placement placement,
      Optional<ControletFactory> protocol,
      Optional<DataletFactory> datalet,
      Optional<Trace> trace,
      OptionalLong seed) {
    this.placement = requireNonNull(placement, "placement");
    this.protocol = protocol;
    this.datalet = datalet;
    this.trace = trace;
    this.seed = seed;
  }

  /** Which threads run the parts of the store. */
  public InProcess placement(Placement threads) {
    return new InProcess(threads, protocol, datalet, trace, seed);
  }

  /** What orders and copies the writes, instead of the protocol that the store's builder names. */
  public InProcess protocol(ControletFactory factory) {
    return new InProcess(
        placement, Optional.of(requireNonNull(factory, "factory")), datalet, trace, seed);
  }

  /** What keeps the entries of each replica. A factory may give each node another one. */
  public InProcess datalet(DataletFactory factory) {
    return new InProcess(
        placement, protocol, Optional.of(requireNonNull(factory, "factory")), trace, seed);
  }

  /** Who is told of everything that happens. */
  public InProcess trace(Trace listener) {
    return new InProcess(
        placement, protocol, datalet, Optional.of(requireNonNull(listener, "listener")), seed);
  }

  /**
   * What the chances of faulty links are drawn from. Another one for each store, unless said
   * otherwise.
   */
  public InProcess seed(long value) {
    return new InProcess(placement, protocol, datalet, trace, OptionalLong.of(value));
  }

  @Override
  public String name() {
    return "in-process";
  }

  @Override
  public Backend open(Settings settings) {
    String storeName = "kvstore-" + STORES.incrementAndGet();
    boolean shared = placement == Placement.SHARED;
    Driver driver = shared ? new SharedDriver(storeName) : new DedicatedDriver(storeName);
    Loops loops = shared ? Loops.ONE_FOR_EACH_SHARD : Loops.ONE_FOR_EACH_PART;
    long drawn = seed.isPresent() ? seed.getAsLong() : System.nanoTime();
    return open(
        settings, driver, loops, protocol, datalet, trace, Faults.NONE, Decider.SEED, drawn);
  }

  static LocalBackend open(
      Settings settings,
      Driver driver,
      Loops loops,
      Optional<ControletFactory> ownProtocol,
      Optional<DataletFactory> ownDatalets,
      Optional<Trace> listener,
      Faults normal,
      Decider decider,
      long seed) {
    ControletFactory protocol = ownProtocol.orElseGet(Protocols::new);
    DataletFactory datalets =
        ownDatalets.orElseGet(
            () -> settings.storageDirectory().map(Datalets::log).orElseGet(Datalets::hash));
    @Nullable OrderResults results = settings.outputDirectory().map(OrderResults::new).orElse(null);
    @Nullable Trace lists = results == null ? null : ofStoreItself(results, settings.shards());
    @Nullable Trace trace =
        lists == null ? listener.orElse(null) : listener.map(lists::and).orElse(lists);
    @Nullable StoreRecord onRecord = null;
    try {
      onRecord = keepsRecord(settings, ownDatalets) ? StoreRecord.open(datalets, settings) : null;
      LocalCluster cluster =
          new LocalCluster(
              settings,
              driver,
              loops,
              protocol,
              datalets,
              normal,
              trace,
              seed,
              driver instanceof SimulatedDriver,
              onRecord);
      if (decider != Decider.SEED) {
        cluster.network().decideBy(decider);
      }
      return new LocalBackend(cluster, driver, closing(results, onRecord));
    } catch (RuntimeException | Error failed) {
      driver.close();
      closing(results, onRecord).run();
      throw failed;
    }
  }

  private static boolean keepsRecord(Settings settings, Optional<DataletFactory> ownDatalets) {
    return ownDatalets
        .map(DataletFactory::isDurable)
        .orElseGet(() -> settings.storageDirectory().isPresent());
  }

  /** Tells of the store's own keys: operations of tables have numbers of their own. */
  private static Trace ofStoreItself(Trace listener, int shards) {
    return event -> {
      if (event.shard() < shards) {
        listener.on(event);
      }
    };
  }

  private static Runnable closing(@Nullable OrderResults results, @Nullable StoreRecord onRecord) {
    return () -> {
      if (results != null) {
        results.close();
      }
      if (onRecord != null) {
        onRecord.close();
      }
    };
  }
}
