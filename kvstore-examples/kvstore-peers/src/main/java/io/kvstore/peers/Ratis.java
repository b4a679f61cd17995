package io.kvstore.peers;

import io.kvstore.Consistency;
import io.kvstore.examples.bench.compare.Client;
import io.kvstore.examples.bench.compare.Contender;
import io.kvstore.examples.bench.compare.Entries;
import io.kvstore.examples.bench.compare.Peers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/**
 * Apache Ratis with a log in memory. Its members speak gRPC over the loopback, for it has no
 * transport within a JVM; callers hand their requests to the leader without any. Reads are
 * linearizable, under the leader's lease.
 */
public final class Ratis implements Peers {
  private static final String NAME = "ratis";
  private static final int MEMBERS = 3;

  @Override
  public Map<String, Consistency> guarantees() {
    return Map.of(NAME, Consistency.LINEARIZABLE);
  }

  @Override
  public List<String> jvmArguments() {
    return List.of();
  }

  @Override
  public Contender open(String name, Entries entries) throws Exception {
    List<Integer> ports = FreePorts.find(MEMBERS);
    List<RaftPeer> peers =
        ports.stream()
            .map(
                port ->
                    RaftPeer.newBuilder().setId("n" + port).setAddress("127.0.0.1:" + port).build())
            .toList();
    RaftGroup group = RaftGroup.valueOf(RaftGroupId.randomId(), peers);
    Path folder = Files.createTempDirectory("ratis");
    List<RaftServer> servers = new ArrayList<>();
    List<ReplicaMap> maps = new ArrayList<>();
    for (int i = 0; i < MEMBERS; i++) {
      ReplicaMap map = new ReplicaMap();
      maps.add(map);
      servers.add(
          RaftServer.newBuilder()
              .setServerId(peers.get(i).getId())
              .setGroup(group)
              .setStateMachine(new OneMap(map))
              .setProperties(properties(ports.get(i), folder.resolve("member" + i)))
              .build());
    }
    for (RaftServer server : servers) {
      server.start();
    }
    RaftServer leader = Wait.until("a leader", () -> leader(servers, group));
    return new Group(servers, maps, new AtLeader(leader, group, entries), entries);
  }

  private static RaftProperties properties(int port, Path folder) {
    RaftProperties properties = new RaftProperties();
    GrpcConfigKeys.Server.setHost(properties, "127.0.0.1");
    GrpcConfigKeys.Server.setPort(properties, port);
    RaftServerConfigKeys.setStorageDir(properties, List.of(folder.toFile()));
    RaftServerConfigKeys.Log.setUseMemory(properties, true);
    RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, true);
    // A busy machine shall not look like a dead leader.
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, TimeDuration.valueOf(5, TimeUnit.SECONDS));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, TimeDuration.valueOf(6, TimeUnit.SECONDS));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(
        properties, TimeDuration.valueOf(300, TimeUnit.MILLISECONDS));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(
        properties, TimeDuration.valueOf(900, TimeUnit.MILLISECONDS));
    return properties;
  }

  private static @Nullable RaftServer leader(List<RaftServer> servers, RaftGroup group) {
    for (RaftServer server : servers) {
      try {
        if (server.getDivision(group.getGroupId()).getInfo().isLeaderReady()) {
          return server;
        }
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
    return null;
  }

  private record Group(
      List<RaftServer> servers, List<ReplicaMap> maps, AtLeader client, Entries entries)
      implements Contender {
    @Override
    public Client client(int number) {
      return client;
    }

    @Override
    public int members() {
      return maps.size();
    }

    @Override
    public boolean memberHas(int member, int key, int value) {
      return maps.get(member).has(entries, key, value);
    }

    @Override
    public void close() {
      for (RaftServer server : servers) {
        try {
          server.close();
        } catch (IOException broken) {
          throw new UncheckedIOException(broken);
        }
      }
    }
  }

  private static final class AtLeader extends FutureClient {
    private final RaftServer leader;
    private final RaftGroup group;
    private final Entries entries;
    private final ClientId client = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();

    AtLeader(RaftServer leader, RaftGroup group, Entries entries) {
      this.leader = leader;
      this.group = group;
      this.entries = entries;
    }

    @Override
    public CompletableFuture<?> beginPut(int key, int value) {
      return send(ReplicaMap.toPut(entries, key, value), RaftClientRequest.writeRequestType());
    }

    @Override
    public CompletableFuture<byte @Nullable []> beginGet(int key) {
      return send(ReplicaMap.toGet(entries, key), RaftClientRequest.readRequestType());
    }

    private CompletableFuture<byte @Nullable []> send(byte[] command, RaftClientRequest.Type type) {
      try {
        return leader
            .submitClientRequestAsync(
                RaftClientRequest.newBuilder()
                    .setClientId(client)
                    .setServerId(leader.getId())
                    .setGroupId(group.getGroupId())
                    .setCallId(calls.incrementAndGet())
                    .setMessage(message(command))
                    .setType(type)
                    .build())
            .thenApply(AtLeader::answer);
      } catch (IOException refused) {
        return failed(refused);
      }
    }

    private static byte @Nullable [] answer(RaftClientReply reply) {
      if (!reply.isSuccess()) {
        throw new CompletionException(reply.getException());
      }
      byte[] answer = reply.getMessage().getContent().toByteArray();
      return answer.length == 0 ? null : answer;
    }

    @Override
    public boolean sees(int key, int value) {
      return Arrays.equals(entries.array(value), beginGet(key).join());
    }
  }

  private static Message message(byte @Nullable [] bytes) {
    return bytes == null ? Message.EMPTY : Message.valueOf(UnsafeByteOperations.unsafeWrap(bytes));
  }

  private static final class OneMap extends BaseStateMachine {
    private final ReplicaMap map;

    OneMap(ReplicaMap map) {
      this.map = map;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
      LogEntryProto entry = transaction.getLogEntry();
      byte[] command = entry.getStateMachineLogEntry().getLogData().toByteArray();
      byte[] answer = map.perform(command, 0, command.length);
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      return CompletableFuture.completedFuture(message(answer));
    }

    @Override
    public CompletableFuture<Message> query(Message request) {
      byte[] command = request.getContent().toByteArray();
      return CompletableFuture.completedFuture(message(map.perform(command, 0, command.length)));
    }
  }
}
