package io.kvstore.ratis;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;

/**
 * A member of a group of Ratis alone, in a process of its own: a register that is read by Ratis's
 * read index. Understands {@code put value}, {@code read} and {@code leads}.
 */
final class ReadIndexMember {
  private static final RaftGroupId GROUP = RaftGroupId.valueOf(new UUID(0x6b76, 0x72656164));

  private final RaftServer server;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();

  private ReadIndexMember(RaftServer server) {
    this.server = server;
  }

  /** The arguments: its name, its directory, the peers. */
  public static void main(String[] arguments) throws IOException {
    List<Peer> peers = Peer.parseAll(Arrays.asList(arguments).subList(2, arguments.length));
    Peer self =
        peers.stream()
            .filter(peer -> peer.node().toString().equals(arguments[0]))
            .findFirst()
            .orElseThrow();
    RaftProperties properties = new RaftProperties();
    GrpcConfigKeys.Server.setHost(properties, self.host());
    GrpcConfigKeys.Server.setPort(properties, self.port());
    RaftServerConfigKeys.setStorageDir(properties, List.of(new File(arguments[1])));
    RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    RaftServerConfigKeys.Rpc.setTimeoutMin(
        properties, RatisSettings.duration(Duration.ofMillis(500)));
    RaftServerConfigKeys.Rpc.setTimeoutMax(
        properties, RatisSettings.duration(Duration.ofSeconds(1)));
    // Nothing is committed but what is put.
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
        properties, RatisSettings.duration(Duration.ofMinutes(1)));
    try (RaftServer server =
        RaftServer.newBuilder()
            .setServerId(self.id())
            .setGroup(RaftGroup.valueOf(GROUP, peers.stream().map(Peer::raftPeer).toList()))
            .setStateMachine(new Register())
            .setProperties(properties)
            .build()) {
      server.start();
      System.out.println("open");
      Conversation.hold(new ReadIndexMember(server)::answer);
    }
  }

  private String answer(String line) {
    try {
      if (line.equals("leads")) {
        return Boolean.toString(server.getDivision(GROUP).getInfo().isLeaderReady());
      }
      RaftClientReply reply =
          line.equals("read")
              ? send("", RaftClientRequest.readRequestType())
              : send(line.substring("put ".length()), RaftClientRequest.writeRequestType());
      return reply.isSuccess()
          ? reply.getMessage().getContent().toStringUtf8()
          : "refused: " + reply.getException();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (TimeoutException late) {
      return "silent";
    } catch (ExecutionException | InterruptedException failed) {
      return "failed: " + failed;
    }
  }

  private RaftClientReply send(String value, RaftClientRequest.Type type)
      throws IOException, ExecutionException, InterruptedException, TimeoutException {
    return server
        .submitClientRequestAsync(
            RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(server.getId())
                .setGroupId(GROUP)
                .setCallId(calls.incrementAndGet())
                .setMessage(Message.valueOf(value))
                .setType(type)
                .build())
        .get(2, TimeUnit.SECONDS);
  }

  private static final class Register extends BaseStateMachine {
    private volatile String value = "nothing";

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
      LogEntryProto entry = transaction.getLogEntry();
      value = entry.getStateMachineLogEntry().getLogData().toStringUtf8();
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      return CompletableFuture.completedFuture(Message.valueOf("done"));
    }

    @Override
    public CompletableFuture<Message> query(Message request) {
      return CompletableFuture.completedFuture(Message.valueOf(value));
    }
  }
}
