package io.kvstore.ratis;

import io.kvstore.Failover;
import io.kvstore.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;

/** Three members of Ratis alone in processes of their own, and its own client of them. */
final class RawRatisProcesses implements AutoCloseable {
  private static final RaftGroupId GROUP = RaftGroupId.valueOf(new UUID(0x6b76, 0x726177));

  private final List<Process> processes = new ArrayList<>();
  private final RaftClient client;

  RawRatisProcesses(Path directory, List<String> options) throws IOException {
    Files.createDirectories(directory);
    List<Peer> peers = FreePorts.find(3);
    for (Peer peer : peers) {
      List<String> command = new ArrayList<>(List.of(OwnJvm.java()));
      command.addAll(options);
      command.addAll(
          List.of(
              "-cp",
              OwnJvm.classPath(),
              RawRatisProcesses.class.getName(),
              peer.node().toString(),
              directory.toString()));
      peers.forEach(each -> command.add(each.toString()));
      processes.add(
          new ProcessBuilder(command)
              .redirectError(directory.resolve(peer.node() + ".log").toFile())
              .start());
    }
    for (Process process : processes) {
      if (!new Conversation(process).next().equals("open")) {
        throw new IOException("a member has not opened: see the logs in " + directory);
      }
    }
    client =
        RaftClient.newBuilder()
            .setRaftGroup(group(peers))
            .setProperties(RatisSettings.client(Duration.ofSeconds(10)))
            .build();
  }

  private static RaftGroup group(List<Peer> peers) {
    return RaftGroup.valueOf(GROUP, peers.stream().map(Peer::raftPeer).toList());
  }

  /** A member; the arguments: its name, a directory, the peers. */
  public static void main(String[] arguments) throws IOException {
    List<Peer> peers = Peer.parseAll(Arrays.asList(arguments).subList(2, arguments.length));
    Peer self =
        peers.stream()
            .filter(peer -> peer.node().toString().equals(arguments[0]))
            .findFirst()
            .orElseThrow();
    try (RaftServer server =
        RaftServer.newBuilder()
            .setServerId(self.id())
            .setGroup(group(peers))
            .setStateMachine(new RawRatis.OneMap())
            .setProperties(
                RatisSettings.member(
                    Limits.DEFAULT,
                    Failover.after(Duration.ofMillis(300)),
                    self,
                    Path.of(arguments[1]).resolve(arguments[0]),
                    RatisEngine.member("n1")))
            .build()) {
      server.start();
      System.out.println("open");
      Conversation.hold(line -> line);
    }
  }

  /** The processes of the members. */
  List<Long> pids() {
    return processes.stream().map(Process::pid).toList();
  }

  /** Puts a value of a hundred bytes. */
  CompletableFuture<?> put(String key) {
    return client
        .async()
        .send(Message.valueOf(key + "=" + "v".repeat(100)))
        .thenApply(RawRatisProcesses::requireSuccess);
  }

  private static RaftClientReply requireSuccess(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new CompletionException(reply.getException());
    }
    return reply;
  }

  @Override
  public void close() throws IOException {
    client.close();
    processes.forEach(process -> process.toHandle().destroyForcibly());
    processes.forEach(process -> process.onExit().join());
  }
}
