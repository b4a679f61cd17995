package io.kvstore.ratis;

import io.kvstore.Failover;
import io.kvstore.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;

/** Ratis with the least that a map needs: what the engine is compared with. */
final class RawRatis implements AutoCloseable {
  private static final RaftGroupId GROUP = RaftGroupId.randomId();

  private final List<RaftServer> servers = new ArrayList<>();
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();
  private final RaftServer leader;

  RawRatis(Path directory) throws IOException, InterruptedException {
    List<Peer> peers = FreePorts.find(3);
    RaftGroup group = RaftGroup.valueOf(GROUP, peers.stream().map(Peer::raftPeer).toList());
    for (Peer peer : peers) {
      RaftServer server =
          RaftServer.newBuilder()
              .setServerId(peer.id())
              .setGroup(group)
              .setStateMachine(new OneMap())
              .setProperties(
                  RatisSettings.member(
                      Limits.DEFAULT,
                      Failover.after(Duration.ofMillis(300)),
                      peer,
                      directory.resolve(peer.node().toString()),
                      RatisEngine.member("n1")))
              .build();
      server.start();
      servers.add(server);
    }
    leader = awaitLeader();
  }

  private RaftServer awaitLeader() throws IOException, InterruptedException {
    while (true) {
      for (RaftServer server : servers) {
        if (server.getDivision(GROUP).getInfo().isLeaderReady()) {
          return server;
        }
      }
      Thread.sleep(20);
    }
  }

  /** Puts a value of a hundred bytes. */
  CompletableFuture<?> submit(String key) {
    try {
      return leader
          .submitClientRequestAsync(
              RaftClientRequest.newBuilder()
                  .setClientId(client)
                  .setServerId(leader.getId())
                  .setGroupId(GROUP)
                  .setCallId(calls.incrementAndGet())
                  .setMessage(Message.valueOf(key + "=" + "v".repeat(100)))
                  .setType(RaftClientRequest.writeRequestType())
                  .build())
          .thenApply(RawRatis::requireSuccess);
    } catch (IOException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private static RaftClientReply requireSuccess(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new CompletionException(reply.getException());
    }
    return reply;
  }

  @Override
  public void close() throws IOException {
    for (RaftServer server : servers) {
      server.close();
    }
  }

  /** A map of texts. */
  static final class OneMap extends BaseStateMachine implements StateMachine {
    private final Map<String, String> entries = new ConcurrentHashMap<>();

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
      LogEntryProto entry = transaction.getLogEntry();
      String put = entry.getStateMachineLogEntry().getLogData().toStringUtf8();
      int equals = put.indexOf('=');
      entries.put(put.substring(0, equals), put.substring(equals + 1));
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      return CompletableFuture.completedFuture(Message.valueOf("done"));
    }
  }
}
