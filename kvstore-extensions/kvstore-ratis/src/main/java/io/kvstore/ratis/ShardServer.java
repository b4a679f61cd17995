package io.kvstore.ratis;

import io.kvstore.NodeId;
import io.kvstore.core.engine.ChangesRead;
import io.kvstore.ratis.Result.Done;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Query;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.client.impl.OrderedAsync;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what clients ask of one member about one shard, from this process and from others. */
final class ShardServer {
  private static final Logger logger = LoggerFactory.getLogger(ShardServer.class);
  private static final long CLOSE_MILLIS = 1_000;
  private static final long CLOSE_RECORDS = 100;

  private final RaftServer server;
  private final RaftGroupId group;
  private final NodeId self;
  private final ShardMachine machine;
  private final Commits commits;
  private final long bytesLimit;
  private final long leaseNanos;
  private final AtomicBoolean isBeginningLeases = new AtomicBoolean();
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong asked = new AtomicLong();

  /**
   * For one shard.
   *
   * @param bytesLimit how much the shard may hold
   * @param leaseNanos how long its leaders have leases; 0 when none are wanted
   */
  ShardServer(
      RaftServer server,
      RaftGroupId group,
      NodeId self,
      ShardMachine machine,
      long bytesLimit,
      long leaseNanos,
      StoreThreads threads) {
    this.server = server;
    this.group = group;
    this.self = self;
    this.machine = machine;
    this.bytesLimit = bytesLimit;
    this.leaseNanos = leaseNanos;
    this.commits = new Commits(new Following(), threads.executor(), threads.timer());
    machine.answerWith(this::handle);
  }

  ShardMachine machine() {
    return machine;
  }

  RaftGroupId group() {
    return group;
  }

  /** How many times something was asked. */
  long asked() {
    return asked.get();
  }

  /** Answers what is asked; never with an exception. */
  CompletableFuture<Reply> handle(Ask ask) {
    asked.incrementAndGet();
    try {
      if (ask instanceof Ask.Submit submit) {
        return submit(submit);
      }
      if (ask instanceof Ask.Look look) {
        return look(look);
      }
      if (ask instanceof Ask.Watch watch) {
        return watch(watch);
      }
      return CompletableFuture.completedFuture(
          ask instanceof Ask.BeginWatch ? beginWatch() : new Reply.Status(status()));
    } catch (IOException | RuntimeException failure) {
      return CompletableFuture.completedFuture(new Reply.Refused(textOf(failure)));
    }
  }

  // Ordering

  private CompletableFuture<Reply> submit(Ask.Submit submit) throws IOException {
    RaftServer.Division division = server.getDivision(group);
    DivisionInfo info = division.getInfo();
    if (!info.isLeaderReady()) {
      return CompletableFuture.completedFuture(new Reply.NotLeader(leaderIn(info)));
    }
    if (submit.bytesAdded() > 0
        && machine.entries().heldBytes() + submit.bytesAdded() > bytesLimit) {
      return CompletableFuture.completedFuture(new Reply.Full());
    }
    beginLeases(division);
    Result read = submit.bytesAdded() == 0 ? readByLease(info, submit.record()) : null;
    if (read != null) {
      return CompletableFuture.completedFuture(new Reply.Ordered(read));
    }
    return append(division, request(submit.record(), RaftClientRequest.writeRequestType()))
        .handle(ShardServer::replyTo);
  }

  /** Has the group agree on leases, if this member wants them, and they are not as long yet. */
  private void beginLeases(RaftServer.Division division) throws IOException {
    if (machine.lease().nanos() >= leaseNanos || !isBeginningLeases.compareAndSet(false, true)) {
      return;
    }
    LogRecord begin = new LogRecord.BeginLeases(leaseNanos);
    Ends.then(
        append(
            division,
            request(Coding.encode(begin, LogRecord::write), RaftClientRequest.writeRequestType())),
        (reply, thrown) -> isBeginningLeases.set(false));
  }

  /** What a record of reads alone is answered with; null when it has to be ordered. */
  private @Nullable Result readByLease(DivisionInfo info, ByteString record) {
    long term = info.getCurrentTerm();
    if (!machine.lease().isHeld(term)
        || !(Coding.decode(record, LogRecord::read) instanceof LogRecord.Batch batch)) {
      return null;
    }
    List<Done> parts = new ArrayList<>(batch.operations().size());
    for (Operation operation : batch.operations()) {
      Reply.Read read = operation instanceof Query query ? machine.read(query, false) : null;
      if (read == null || !read.isValid()) {
        return null;
      }
      parts.add(new Done(read.answer(), read.position()));
    }
    return leads(info, term) ? new Result.Performed(parts) : null;
  }

  /** Whether this member has led alone until now: looked at once something was read. */
  private boolean leads(DivisionInfo info, long term) {
    return info.isLeaderReady() && info.getCurrentTerm() == term && machine.lease().isHeld(term);
  }

  /**
   * A linearizable read by a caller in this process; null when it must go through the log.
   *
   * @param floor the position that must have been reached
   */
  Reply.@Nullable Read readAlone(Query query, long floor) {
    try {
      DivisionInfo info = server.getDivision(group).getInfo();
      long term = info.getCurrentTerm();
      Reply.Read read = machine.lease().isHeld(term) ? readNow(query, false, floor) : null;
      return read != null && leads(info, term) ? read : null;
    } catch (IOException removed) {
      return null;
    }
  }

  /** A server would have another thread do it, and hold this one up meanwhile. */
  private CompletableFuture<RaftClientReply> append(
      RaftServer.Division division, RaftClientRequest request) throws IOException {
    return division instanceof RaftClientAsynchronousProtocol direct
        ? direct.submitClientRequestAsync(request)
        : server.submitClientRequestAsync(request);
  }

  private RaftClientRequest request(ByteString content, RaftClientRequest.Type type) {
    return RaftClientRequest.newBuilder()
        .setClientId(client)
        .setServerId(server.getId())
        .setGroupId(group)
        .setCallId(calls.incrementAndGet())
        .setMessage(Message.valueOf(content))
        .setType(type)
        .build();
  }

  private static Reply replyTo(@Nullable RaftClientReply reply, @Nullable Throwable thrown) {
    if (reply == null) {
      return new Reply.Unsure(textOf(thrown));
    }
    if (reply.isSuccess()) {
      return new Reply.Ordered(Coding.decode(reply.getMessage().getContent(), Result::read));
    }
    Throwable cause = reply.getException();
    return cause instanceof ResourceUnavailableException
        ? new Reply.Busy()
        : new Reply.Unsure(textOf(cause)); // it may have been appended before it failed
  }

  // Reading

  private CompletableFuture<Reply> look(Ask.Look look) {
    if (look.byOwnClock() || machine.entries().position() >= look.floor()) {
      return CompletableFuture.completedFuture(machine.read(look.query(), look.byOwnClock()));
    }
    CompletableFuture<Void> seen = machine.whenReached(look.floor());
    commits.bringUntil(seen);
    return seen.orTimeout(look.patienceNanos(), TimeUnit.NANOSECONDS)
        .handle(
            (reached, late) ->
                late == null
                    ? machine.read(look.query(), look.byOwnClock())
                    : new Reply.Refused(
                        self
                            + " has not performed in time what this session has seen: it is at"
                            + " position "
                            + machine.entries().position()
                            + ", and "
                            + look.floor()
                            + " was seen"));
  }

  /** This member, when it follows: what is read of the store does not come this way. */
  private final class Following implements Commits.Follower {
    @Override
    public boolean isBehind() throws IOException {
      RaftServer.Division division = server.getDivision(group);
      TermIndex last = division.getRaftLog().getLastEntryTermIndex();
      return !division.getInfo().isLeader()
          && last != null
          && last.getIndex() > machine.getLastAppliedTermIndex().getIndex();
    }

    /** Ratis's read through the leader, of nothing: the leader sends a heartbeat for it. */
    @Override
    public CompletableFuture<?> ask() throws IOException {
      return server.submitClientRequestAsync(
          request(OrderedAsync.DUMMY.getContent(), RaftClientRequest.readRequestType()));
    }
  }

  /**
   * What this process can read at once without a message; null when it must wait, or ask.
   *
   * @param floor the position that must have been reached
   */
  Reply.@Nullable Read readNow(Query query, boolean byOwnClock, long floor) {
    long position = machine.entries().position();
    if (!byOwnClock && position < floor) {
      return null;
    }
    Found optimisticRead = machine.entries().optimisticRead(query);
    if (optimisticRead != null && optimisticRead.entry() != null) {
      return new Reply.Read(
          optimisticRead, Math.max(position, optimisticRead.entry().version()), true);
    }
    Reply.Read read = machine.read(query, byOwnClock);
    return read.isValid() ? read : null;
  }

  // Watching

  private Reply beginWatch() {
    return machine.agreed().keepsChanges()
        ? new Reply.Watched(
            machine.withEntries(entries -> ChangesRead.nothing(entries.watchFromHere())))
        : new Reply.NotKept();
  }

  private CompletableFuture<Reply> watch(Ask.Watch watch) {
    CompletableFuture<Void> news = new CompletableFuture<>();
    return machine.withEntries(
        entries -> {
          Reply first = changes(watch);
          if (!(first instanceof Reply.Watched watched) || !watched.read().changes().isEmpty()) {
            return CompletableFuture.completedFuture(first);
          }
          Runnable forget = entries.whenChanged(() -> news.complete(null));
          commits.bringUntil(news);
          // Off the thread that performs: it tells of news in the middle of its turn.
          return news.completeOnTimeout(null, watch.patienceNanos(), TimeUnit.NANOSECONDS)
              .thenApplyAsync(any -> changesAfterAll(watch, forget));
        });
  }

  private Reply changesAfterAll(Ask.Watch watch, Runnable forget) {
    return machine.withEntries(
        entries -> {
          forget.run();
          return changes(watch);
        });
  }

  private Reply changes(Ask.Watch watch) {
    return machine.withEntries(
        entries -> {
          ChangesRead read = entries.changesAfter(watch.after(), watch.keys());
          return read.whyGone().isPresent()
              ? new Reply.Gone(read.whyGone().get())
              : new Reply.Watched(read);
        });
  }

  // Figures

  MemberStatus status() throws IOException {
    RaftServer.Division division = server.getDivision(group);
    DivisionInfo info = division.getInfo();
    return new MemberStatus(
        self,
        info.isLeaderReady(),
        leaderIn(info),
        info.getCurrentTerm(),
        machine.entries().position(),
        info.getLastAppliedIndex(),
        division.getRaftLog().getLastCommittedIndex(),
        machine.entries().entries(),
        machine.entries().bytes(),
        machine.clients(),
        division.getRaftConf().getCurrentPeers().stream()
            .map(Peer::of)
            .sorted(Peer.BY_NUMBER)
            .toList());
  }

  // Leading

  /**
   * Those that follow this member closely, if it leads: they were heard of within a second, and
   * hold almost all of its log.
   */
  List<NodeId> closeFollowers() throws IOException {
    RaftServer.Division division = server.getDivision(group);
    DivisionInfo info = division.getInfo();
    long[] held = info.getFollowerMatchIndices();
    if (!info.isLeaderReady() || held == null) {
      return List.of();
    }
    long enough = division.getRaftLog().getLastCommittedIndex() - CLOSE_RECORDS;
    List<NodeId> close = new ArrayList<>();
    List<ServerRpcProto> followers =
        info.getRoleInfoProto().getLeaderInfo().getFollowerInfoList(); // in the same order
    for (int i = 0; i < Math.min(held.length, followers.size()); i++) {
      if (held[i] >= enough && followers.get(i).getLastRpcElapsedTimeMs() < CLOSE_MILLIS) {
        close.add(Peer.nodeOf(RaftPeerId.valueOf(followers.get(i).getId().getId())));
      }
    }
    return close;
  }

  /** Has a follower lead instead of this member; writes wait meanwhile. */
  void handOver(NodeId heir, Duration atMost) throws IOException {
    Ends.then(
        server.transferLeadershipAsync(
            new TransferLeadershipRequest(
                client,
                server.getId(),
                group,
                calls.incrementAndGet(),
                RaftPeerId.valueOf(heir.toString()),
                atMost.toMillis())),
        (reply, thrown) -> {
          if (reply == null || !reply.isSuccess()) {
            logger.info(
                "{} does not lead yet ({})",
                heir,
                textOf(reply == null ? thrown : reply.getException()));
          }
        });
  }

  private static Optional<NodeId> leaderIn(DivisionInfo info) {
    RaftPeerId leader = info.getLeaderId();
    return leader == null ? Optional.empty() : Optional.of(Peer.nodeOf(leader));
  }

  private static String textOf(@Nullable Throwable failure) {
    String text = String.valueOf(failure);
    return text.length() > 500 ? text.substring(0, 500) + "…" : text;
  }
}
