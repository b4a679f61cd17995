package io.kvstore.ratis;

import io.kvstore.NodeId;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.spi.Backend;
import io.kvstore.spi.Engine;
import io.kvstore.spi.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Runs a store across machines, on Apache Ratis. Each process that opens it is a member, which
 * holds a replica of every shard and serves its own callers; or a client only.
 *
 * <pre>{@code
 * KVStore<String, String> store = KVStore.builder()
 *     .consistency(Consistency.LINEARIZABLE)
 *     .storageDirectory(Path.of("data"))
 *     .engine(RatisEngine.member("n1").peers("n1=host1:7001", "n2=host2:7001", "n3=host3:7001"))
 *     .open();
 * }</pre>
 *
 * <p>All members must be given the same consistency, shards, longest value and cluster name.
 * Immutable: each method returns a new engine.
 */
public final class RatisEngine implements Engine {
  private final EngineSettings settings;

  private RatisEngine(EngineSettings settings) {
    this.settings = settings;
  }

  private RatisEngine with(Consumer<EngineSettings> change) {
    EngineSettings changed = settings.copy();
    change.accept(changed);
    return new RatisEngine(changed);
  }

  /**
   * A member of the store.
   *
   * @param name its name: n and a number, such as n1
   */
  public static RatisEngine member(String name) {
    return new RatisEngine(new EngineSettings(Optional.of(Peer.nodeOf(name)), List.of()));
  }

  /**
   * A client that holds nothing itself.
   *
   * @param peers members that it can ask, such as n1=host1:7001; it learns of the others
   */
  public static RatisEngine client(String... peers) {
    return new RatisEngine(new EngineSettings(Optional.empty(), Peer.parseAll(List.of(peers))));
  }

  /**
   * Who the first members are, and where they listen: the same list for each of them, with this
   * one. A member that has been open before goes on with those that it knew last.
   *
   * @param members such as n1=host1:7001
   */
  public RatisEngine peers(String... members) {
    return with(each -> each.peers = Peer.parseAll(List.of(members)));
  }

  /**
   * What distinguishes this store from others: members of another name are refused. It is kvstore,
   * unless said otherwise.
   */
  public RatisEngine cluster(String name) {
    return with(each -> each.cluster = name);
  }

  /**
   * This member is new in a store that runs: opening it asks the others to take it in, and returns
   * once it is a member of every shard. It is named in {@link #peers} together with at least one
   * that runs.
   */
  public RatisEngine joining() {
    return with(each -> each.isJoining = true);
  }

  /**
   * What holds the entries of each shard; {@link Datalets#hash()}, unless said otherwise. It begins
   * empty whenever the member is opened, and gets what the member's snapshot and log say.
   */
  public RatisEngine datalet(DataletFactory factory) {
    return with(each -> each.datalet = factory);
  }

  /**
   * After how many entries of its log each shard writes a snapshot and forgets the log before it.
   * 100,000, unless said otherwise.
   */
  public RatisEngine snapshotEvery(long entries) {
    if (entries < 1) {
      throw new IllegalArgumentException("snapshotEvery must be at least 1, not " + entries);
    }
    return with(each -> each.snapshotEvery = entries);
  }

  /**
   * Leaders answer linearizable reads alone, without the log, for a while after each record that
   * they have taken: 0.45 of {@link io.kvstore.Failover#detection}. A new leader answers nothing
   * for half of it. A client has no part in that.
   *
   * <p>It is assumed that the clocks of no two members run at speeds that differ by a tenth or
   * more; what they show does not matter. Once a member has been opened like this, its group keeps
   * leases for good, and every member must be of a version that knows them.
   */
  public RatisEngine leaseReads() {
    return with(each -> each.isReadingByLease = true);
  }

  /**
   * Members and clients speak TLS, and each proves who it is with a certificate that the others
   * trust.
   *
   * @param privateKey the key of this process, PKCS 8 in PEM
   * @param certificate its certificate, in PEM
   * @param trusted the certificates of those that may issue others, in PEM
   */
  public RatisEngine tls(Path privateKey, Path certificate, Path trusted) {
    TlsFiles files = TlsFiles.of(privateKey, certificate, trusted);
    return with(each -> each.tls = Optional.of(files));
  }

  /** What tells this member's time, in nanoseconds since 1970. */
  RatisEngine clock(LongSupplier nanos) {
    return with(each -> each.clock = nanos);
  }

  /**
   * Members n1, n2 and so on at free ports of the loopback address, for tests: the ports are free
   * when this returns.
   */
  public static String[] freeLoopbackPeers(int members) {
    return FreePorts.find(members).stream().map(Peer::toString).toArray(String[]::new);
  }

  Optional<NodeId> self() {
    return settings.self;
  }

  List<Peer> peers() {
    return settings.peers;
  }

  String cluster() {
    return settings.cluster;
  }

  boolean isJoining() {
    return settings.isJoining;
  }

  boolean isReadingByLease() {
    return settings.isReadingByLease;
  }

  DataletFactory datalet() {
    return settings.datalet;
  }

  long snapshotEvery() {
    return settings.snapshotEvery;
  }

  Optional<TlsFiles> tls() {
    return settings.tls;
  }

  LongSupplier clock() {
    return settings.clock;
  }

  @Override
  public String name() {
    return "ratis";
  }

  /**
   * Opens a member, or a client.
   *
   * @throws IllegalArgumentException when a setting makes no sense here
   * @throws IllegalStateException when the port is taken, or the directory belongs to another
   *     member, another store, or a process that runs
   * @throws io.kvstore.UnavailableException when a joining member was not taken in in time
   */
  @Override
  public Backend open(Settings wanted) {
    return Opening.open(this, wanted);
  }
}
