package io.kvstore.core.store;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.membership.Coordinator;
import io.kvstore.core.membership.Coordinators;
import io.kvstore.core.membership.Rest;
import io.kvstore.core.node.LoggedChanges;
import io.kvstore.core.node.Replica;
import io.kvstore.core.node.ReplicaGroup;
import io.kvstore.core.node.ReplicaSlot;
import io.kvstore.core.node.Replicas;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.storage.Chunk;
import io.kvstore.spi.Settings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The replicas of one shard, and the coordinator that keeps their view. */
public final class Group implements ReplicaGroup, Contact.Cuts {
  /** What a group tells its key space, and the store. */
  interface Listener {
    /** Something on a node has failed, so that the node must stop. */
    void onFailure(NodeId node);

    /** A new view was decided. */
    void onDecided();

    /** A replica serves in a new view. */
    void onActivated(NodeId node);
  }

  private final int shard;
  private final Settings settings;
  private final ControletFactory protocol;
  private final DataletFactory datalets;
  private final EventLoop coordinatorLoop;
  private final long seed;
  private final boolean mayRest;
  private final Rest rest;
  private final long run = UUID.randomUUID().getMostSignificantBits(); // decides nothing by itself
  private final Announcements announcements;
  private final Listener listener;
  private final Set<NodeId> suspected = new TreeSet<>(); // since the last view was decided
  private final Replicas replicas;
  private final Coordinators coordinators;
  private final Losses losses;
  private final KnownRepetitions repetitions;
  private final Watching watching;
  private final Expulsion expulsion;
  private final ShardRecord onRecord;
  private long incarnations;

  /**
   * A group of which nothing runs yet.
   *
   * @param firstMembers the members of its first view, in their order
   * @param slots where the replicas of the nodes are that hold the shard
   * @param mayRest whether no member need beat while nothing can be learned by it: in virtual time
   * @param onRecord what the store has on record of before
   */
  Group(
      int shard,
      Settings settings,
      ControletFactory protocol,
      DataletFactory datalets,
      Fabric fabric,
      List<NodeId> firstMembers,
      List<ReplicaSlot> slots,
      EventLoop coordinatorLoop,
      long seed,
      boolean mayRest,
      ShardRecord onRecord,
      Announcements announcements,
      Listener listener) {
    this.shard = shard;
    this.settings = settings;
    this.protocol = protocol;
    this.datalets = datalets;
    replicas = new Replicas(slots);
    this.coordinatorLoop = coordinatorLoop;
    this.seed = seed;
    this.mayRest = mayRest;
    this.announcements = announcements;
    losses = new Losses(this, announcements);
    watching = new Watching(replicas, losses);
    expulsion = new Expulsion(replicas, coordinatorLoop, task -> coordinators().execute(task));
    boolean hasOneLoop = slots.stream().allMatch(slot -> slot.loop() == coordinatorLoop);
    rest = new Rest(this, coordinatorLoop, fabric, mayRest, hasOneLoop);
    this.listener = listener;
    View made = Cell.firstView(settings, firstMembers);
    this.onRecord = onRecord;
    View first = onRecord.view().orElse(made);
    coordinators = new Coordinators(this, coordinatorLoop, fabric, first, onRecord::decided, seed);
    repetitions = new KnownRepetitions(protocol, view());
  }

  /** The group of a shard, by its number among all of the store; null when there is none. */
  static @Nullable Group among(List<Group> groups, int shard) {
    for (Group group : groups) {
      if (group.shard == shard) {
        return group;
      }
    }
    return null;
  }

  // What it is

  @Override
  public int shard() {
    return shard;
  }

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public ControletFactory protocol() {
    return protocol;
  }

  @Override
  public View view() {
    return coordinators.first().register().view();
  }

  @Override
  public List<NodeId> holders() {
    return replicas.holders();
  }

  /** Whether a node holds the shard. */
  public boolean holds(NodeId node) {
    return replicas.hasPlace(node);
  }

  /** The replica on a node; it may be down. */
  public Replica replica(NodeId node) {
    return replicas.on(node);
  }

  @Override
  public @Nullable Replica replicaOrNull(NodeId node) {
    return replicas.orNull(node);
  }

  /** All replicas, with their places. */
  public Replicas replicas() {
    return replicas;
  }

  @Override
  public boolean hasSlowDatalets() {
    return mayRest && datalets.mayBlock();
  }

  @Override
  public Chunk.Size chunkSize() {
    return mayRest ? new Chunk.Size(2, 1) : Chunk.Size.DEFAULT;
  }

  EventLoop coordinatorLoop() {
    return coordinatorLoop;
  }

  /** Whether any member can go on by itself. */
  boolean mayGoOnWithAny() {
    return Cell.of(view()).letsAnyGoOn();
  }

  /** Whether all that is answered has a place in one order. */
  boolean hasOneOrder() {
    return Cell.of(view()).hasOneOrder();
  }

  /** Whether every holder that runs serves in the view. */
  boolean isFormed() {
    View view = view();
    return view.epoch() > 0
        && replicas.running().stream().allMatch(node -> replicas.isServingIn(node, view));
  }

  /** Whether every member serves in the view. */
  boolean isServed() {
    View view = view();
    return view.epoch() > 0
        && view.members().stream().allMatch(node -> replicas.isServingIn(node, view));
  }

  /** Whether the replicas of all holders run. */
  boolean areAllRunning() {
    return replicas.running().size() == holders().size();
  }

  @Override
  public boolean isRunning(NodeId node) {
    return runningReplica(node) != null;
  }

  @Override
  public boolean isCutOff(NodeId node) {
    Replica replica = replicas.runningOrNull(node);
    return replica != null && replica.controlet().isCutOff();
  }

  /** Whether the replica on a node serves in its view of now. */
  boolean isServing(NodeId node) {
    Coordinator its = coordinatorOf(node);
    return its != null && replicas.isServingIn(node, its.register().view());
  }

  @Override
  public void forEach(Consumer<? super Rest.Resting> action) {
    replicas.forEach(action::accept);
  }

  // Life

  /** Stops replicas that have never served: their store cannot be opened. */
  void abandon() {
    replicas.forEach(opened -> opened.stop("is not needed: its store could not be opened"));
  }

  /**
   * Makes a new replica on a node, with whatever its datalet has kept. It serves once it has been
   * started, and taken into the view.
   */
  synchronized Replica open(NodeId node) {
    ReplicaSlot slot = replicas.slot(node);
    ReplicaSlot.Parts parts = slot.open(datalets, settings, Cell.of(view()).turns(), run);
    Replica opened = null;
    try {
      if (parts.applier().isDurable()) {
        Cell.of(view()).requireSupportForDisks();
      }
      coordinators.beginAfter(parts.applier().durableState().epoch());
      if (!parts.applier().isDurable() && parts.applier().entries() == 0) {
        losses.onReturn(node);
      }
      long incarnation = ++incarnations;
      long ownSeed = seed + 31L * (shard * 65_536L + node.number()) + 1_000_003L * incarnation;
      opened = new Replica(node, this, slot, parts, incarnation, ownSeed);
    } finally {
      if (opened == null) {
        parts.close(); // whatever its datalet holds on to
      }
    }
    replicas.put(node, opened);
    watching.onOpened(opened);
    return opened;
  }

  /** What was lost with the memory of all members. */
  Losses losses() {
    return losses;
  }

  @Override
  public Optional<List<MemberReport>> reportsAfterLoss(Cell cell, boolean isAllBlank) {
    return losses.reports(cell, isAllBlank);
  }

  /** Up to which number what a session has seen was lost; 0 when nothing was. */
  public long lostUpTo() {
    return losses.upTo();
  }

  /** Lets what was opened take part. */
  void startAll() {
    coordinators.execute(() -> coordinators.first().start());
    holders().forEach(this::start);
  }

  @Override
  public void start(NodeId node) {
    if (isRunning(node)) {
      Replica replica = replica(node);
      boolean isInNoView = coordinatorOf(node) == null;
      replica.loop().execute(replica, isInNoView ? replica::expel : replica::start);
    }
    wake();
  }

  @Override
  public void stopServing(List<NodeId> nodes, Runnable then) {
    expulsion.stopServing(nodes, then);
  }

  /** One more node holds the shard, which is in no view yet. */
  synchronized void add(ReplicaSlot slot) {
    replicas.add(slot);
    onRecord.placed(holders());
  }

  /** Whether a node is in no view. */
  boolean isGone(NodeId node) {
    return coordinators.all().stream()
        .noneMatch(each -> each.register().view().members().contains(node));
  }

  /** A node holds the shard no more; where its replica was. */
  synchronized ReplicaSlot forget(NodeId node) {
    ReplicaSlot slot = replicas.forget(node);
    onRecord.placed(holders());
    coordinators.forget(node);
    return slot;
  }

  /** Takes away what a node has kept that holds no replica any more. */
  void discard(NodeId node) {
    datalets.discard(node, shard);
  }

  @Override
  public Coordinators coordinators() {
    return coordinators;
  }

  @Override
  public void onFailure(NodeId node) {
    listener.onFailure(node);
    wake();
  }

  @Override
  public void announceFailure(NodeId node, Throwable cause) {
    announcements.failed(shard, node, cause);
  }

  @Override
  public void onActivated(NodeId node, View view) {
    announcements.activated(shard, node, view.epoch());
    listener.onActivated(node);
  }

  @Override
  public void onSuspicion(NodeId node, String why) {
    if (suspected.add(node)) {
      announcements.suspected(shard, node, why);
    }
  }

  // Watching

  /** From now on replicas keep what they change. */
  public void beWatched() {
    watching.begin();
  }

  @Override
  public void noteBeginning(View view, long position, LoggedChanges changes) {
    watching.noteBeginning(view, position, changes);
  }

  /** The replica on a node, to be watched; null when it does not run. */
  public @Nullable Replica runningReplica(NodeId node) {
    return replicas.runningOrNull(node);
  }

  // Rest

  @Override
  public Rest rest() {
    return rest;
  }

  /** Whether a command that began in an epoch, and is asked for again, takes effect only once. */
  public boolean knowsRepetitionsSince(long epoch) {
    return repetitions.since(epoch);
  }

  @Override
  public void onDecided(View before, View next) {
    repetitions.onDecided(next);
    losses.onDecided(next.epoch());
    listener.onDecided();
    rest.end();
    suspected.clear();
    announcements.decided(shard, before, next);
    for (NodeId node : before.members()) {
      Replica leftOut = next.members().contains(node) ? null : runningReplica(node);
      if (leftOut != null) {
        leftOut.loop().execute(leftOut, () -> leftOut.onDecided(next));
      }
    }
  }
}
