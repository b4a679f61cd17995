package io.kvstore.ratis;

import io.kvstore.Limits;
import io.kvstore.WatchPosition.Place;
import io.kvstore.core.engine.HeldEntries;
import io.kvstore.core.engine.ShardEntries;
import io.kvstore.core.spi.Datalet;
import io.kvstore.ratis.Result.Done;
import io.kvstore.ratis.SnapshotFile.Snapshot;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Command;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Query;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state machine of one shard on one member: performs what the group's log says on {@link
 * ShardEntries}, remembers the answers of clients, and writes both into snapshots.
 *
 * <p>A record of the log begins with the time at which its leader took it. Nothing else of what is
 * performed depends on the member.
 */
final class ShardMachine extends BaseStateMachine {
  private static final Logger logger = LoggerFactory.getLogger(ShardMachine.class);
  private static final int TIME_BYTES = Long.BYTES;

  /** What happens to the group, for those who want to know. */
  interface Listener {
    void onLeader(RaftPeerId leader);

    void onMembers(long index);

    void onFailure(Throwable cause);
  }

  private final LongSupplier clock;
  private final Listener listener;
  private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
  private final SnapshotWriter snapshots = new SnapshotWriter();
  private final Floors floors = new Floors();
  private final LeaderLease lease = new LeaderLease(System::nanoTime);
  private volatile Function<Ask, CompletableFuture<Reply>> answering =
      ask -> CompletableFuture.completedFuture(new Reply.Refused("the member is starting"));
  private final Object turn = new Object(); // held by the one who uses what follows
  private final ShardEntries entries;
  private RememberedClients clients = new RememberedClients(RememberedClients.CLIENTS_LIMIT);
  private long lastStamp;
  private volatile int remembered; // clients; changed in the turn
  private volatile Agreed agreed = Agreed.NOTHING; // changed in the turn
  private volatile @Nullable Thread logWriter;

  ShardMachine(Datalet datalet, Limits limits, LongSupplier clock, Listener listener) {
    this.clock = clock;
    this.listener = listener;
    entries = new ShardEntries(datalet, limits);
  }

  // Starting

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage raftStorage)
      throws IOException {
    super.initialize(server, group, raftStorage);
    storage.init(raftStorage);
    SnapshotFile.deleteUnfinished(raftStorage.getStorageDir().getStateMachineDir().toPath());
    getLifeCycle()
        .startAndTransition(() -> restore(storage.getLatestSnapshot()), IOException.class);
  }

  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  @Override
  public void reinitialize() throws IOException {
    restore(storage.loadLatestSnapshot());
    getLifeCycle().transition(LifeCycle.State.STARTING);
    getLifeCycle().transition(LifeCycle.State.RUNNING);
  }

  private void restore(@Nullable SingleFileSnapshotInfo latest) throws IOException {
    if (latest == null) {
      return;
    }
    Snapshot snapshot = SnapshotFile.read(latest.getFile().getPath());
    snapshots.abandon();
    synchronized (turn) {
      entries.replace(snapshot.contents());
      clients = snapshot.clients();
      remembered = clients.size();
      agree(snapshot.agreed());
      setLastAppliedTermIndex(latest.getTermIndex());
    }
    floors.reached(entries.position());
    logger.info("{}: {} restored at position {}", getId(), latest, entries.position());
  }

  // Performing

  /** The leader stamps its time on what it takes. */
  @Override
  public TransactionContext startTransaction(RaftClientRequest request) {
    return TransactionContext.newBuilder()
        .setStateMachine(this)
        .setClientRequest(request)
        .setStateMachineContext(lease.now())
        .setLogData(stamp().concat(request.getMessage().getContent()))
        .build();
  }

  private ByteString stamp() {
    long now;
    synchronized (floors) {
      lastStamp = Math.max(lastStamp, clock.getAsLong());
      now = lastStamp;
    }
    return Coding.encode(now, (out, value) -> out.writeLong(value));
  }

  /** The thread that writes the log does this; what it has written needs nothing from here. */
  @Override
  public CompletableFuture<Void> flush(long index) {
    logWriter = Thread.currentThread();
    return super.flush(index);
  }

  /** The thread that writes the log; null when it has written nothing yet. */
  @Nullable Thread logWriter() {
    return logWriter;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    ByteString data = entry.getStateMachineLogEntry().getLogData();
    try {
      Result result;
      synchronized (turn) {
        lease.performs(entry.getTerm());
        result = perform(data);
        remembered = clients.size();
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        entries.publish();
      }
      floors.reached(entries.position());
      return answer(Message.valueOf(Coding.encode(result, Result::write)), transaction);
    } catch (RuntimeException | Error failure) {
      listener.onFailure(failure);
      throw failure; // the member stops here: it must not go on without this entry
    }
  }

  /** What this member has taken itself is answered once no other leader may read alone. */
  private CompletableFuture<Message> answer(Message answer, TransactionContext transaction) {
    long term = transaction.getLogEntry().getTerm();
    if (!(transaction.getStateMachineContext() instanceof Long takenAt)) {
      return CompletableFuture.completedFuture(answer);
    }
    lease.tookAt(term, takenAt);
    long left = lease.leftToOthers(term);
    return left == 0
        ? CompletableFuture.completedFuture(answer)
        : new CompletableFuture<Message>().completeOnTimeout(answer, left, TimeUnit.NANOSECONDS);
  }

  private Result perform(ByteString data) {
    long time = Coding.decode(data, in -> in.readLong());
    LogRecord record = Coding.decode(data.substring(TIME_BYTES), LogRecord::read);
    if (record instanceof LogRecord.Batch batch) {
      return clients.performOnce(batch, () -> performAll(batch.operations(), time));
    }
    if (record instanceof LogRecord.KeepChanges) {
      agree(agreed.keepingChanges());
      return new Result.Performed(List.of());
    }
    if (record instanceof LogRecord.BeginLeases begin) {
      agree(agreed.withLeases(begin.nanos()));
      return new Result.Performed(List.of());
    }
    return clients.register();
  }

  private void agree(Agreed next) {
    agreed = next;
    lease.agree(next.leaseNanos());
    if (next.keepsChanges()) {
      Place unused = entries.watchFromHere();
    }
  }

  /** What the group has agreed on. */
  Agreed agreed() {
    return agreed;
  }

  /** By what this member answers reads alone while it leads. */
  LeaderLease lease() {
    return lease;
  }

  private List<Done> performAll(List<Operation> operations, long time) {
    List<Done> parts = new ArrayList<>(operations.size());
    for (Operation operation : operations) {
      Answer answer =
          operation instanceof Command command
              ? entries.perform(command, time)
              : entries.query((Query) operation, Math.max(time, entries.time()));
      parts.add(new Done(answer, entries.position()));
    }
    return parts;
  }

  // Reading

  /** Uses the entries while nothing is performed. */
  <T> T withEntries(Function<ShardEntries, T> use) {
    synchronized (turn) {
      return use.apply(entries);
    }
  }

  /** The entries, for what any thread may ask of them. */
  ShardEntries entries() {
    return entries;
  }

  /** Ends once this member has performed everything up to a position. */
  CompletableFuture<Void> whenReached(long position) {
    return floors.whenReached(position, entries::position);
  }

  /** How many clients are remembered. */
  int clients() {
    return remembered;
  }

  /** Says who answers what clients ask of this member. */
  void answerWith(Function<Ask, CompletableFuture<Reply>> server) {
    answering = server;
  }

  /** Everything that a client asks comes this way; Ratis only carries it. */
  @Override
  public CompletableFuture<Message> queryStale(Message request, long minIndex) {
    return answering
        .apply(Coding.decode(request.getContent(), Ask::read))
        .thenApply(reply -> Message.valueOf(Coding.encode(reply, Reply::write)));
  }

  /** Looks into the entries as they are. */
  Reply.Read read(Query query, boolean byOwnClock) {
    long now = clock.getAsLong();
    synchronized (turn) {
      long asOf = byOwnClock ? Math.max(entries.time(), now) : entries.time();
      Answer answer = entries.query(query, asOf);
      return new Reply.Read(answer, entries.position(), byOwnClock || answer.validUntil() > now);
    }
  }

  // Snapshots

  /**
   * Begins to write a snapshot, and returns the index of the one before that, once that is
   * complete: the log is performed meanwhile.
   */
  @Override
  public long takeSnapshot() throws IOException {
    if (!snapshots.isIdle()) {
      return snapshots.takeFinished();
    }
    synchronized (turn) {
      TermIndex last = getLastAppliedTermIndex();
      if (last.getIndex() >= 0) {
        HeldEntries held = entries.hold();
        RememberedClients answered = clients.copy();
        Agreed sofar = agreed;
        snapshots.begin(
            "kvstore-ratis-" + getId() + "-snapshot",
            last.getIndex(),
            () -> write(last, held, answered, sofar));
      }
    }
    return RaftLog.INVALID_LOG_INDEX;
  }

  private void write(TermIndex last, HeldEntries held, RememberedClients answered, Agreed sofar)
      throws IOException {
    File file = storage.getSnapshotFile(last.getTerm(), last.getIndex());
    try {
      SnapshotFile.write(file.toPath(), held, answered, sofar, () -> nextOf(held));
    } finally {
      synchronized (turn) {
        held.close();
      }
    }
    MD5Hash digest = MD5FileUtil.computeAndSaveMd5ForFile(file);
    storage.updateLatestSnapshot(
        new SingleFileSnapshotInfo(
            new FileInfo(file.toPath(), digest), last.getTerm(), last.getIndex()));
  }

  private List<Pair> nextOf(HeldEntries held) throws IOException {
    snapshots.requireWanted();
    if (held.isShared()) {
      return held.next();
    }
    synchronized (turn) {
      return held.next();
    }
  }

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return storage;
  }

  // Calls from Ratis

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
    listener.onLeader(leader);
  }

  @Override
  public void notifyConfigurationChanged(
      long term, long index, RaftConfigurationProto configuration) {
    listener.onMembers(index);
  }

  @Override
  public void close() {
    snapshots.close();
    synchronized (turn) {
      entries.close();
    }
    floors.close();
  }
}
