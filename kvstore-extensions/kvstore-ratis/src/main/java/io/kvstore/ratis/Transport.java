package io.kvstore.ratis;

import java.io.IOException;
import java.net.ConnectException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries what a client asks of the members of one group over the network. */
final class Transport implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(Transport.class);

  private final RaftGroupId group;
  private final ClientId client = ClientId.randomId();
  private final RaftClientRpc rpc;
  private final AtomicLong calls = new AtomicLong();
  private volatile boolean isClosed;

  Transport(RaftGroupId group, RaftProperties properties, Parameters parameters) {
    this.group = group;
    this.rpc = new GrpcFactory(parameters).newRaftClientRpc(client, properties);
  }

  /** Says where members are. */
  void learn(Collection<Peer> peers) {
    rpc.addRaftPeers(peers.stream().map(Peer::raftPeer).toList());
  }

  /**
   * Asks one member; never ends with an exception. Where it is not known whether the member has
   * taken the question, the reply is {@link Reply.Unsure}.
   */
  CompletableFuture<Reply> ask(Peer peer, Ask ask) {
    if (isClosed) {
      return CompletableFuture.completedFuture(new Reply.Refused("the store is closed"));
    }
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(peer.id())
            .setGroupId(group)
            .setCallId(calls.incrementAndGet())
            .setMessage(Message.valueOf(Coding.encode(ask, Ask::write)))
            .setType(RaftClientRequest.staleReadRequestType(0))
            .build();
    return rpc.sendRequestAsyncUnordered(request)
        .handle((reply, thrown) -> replyOf(peer, reply, thrown));
  }

  private Reply replyOf(Peer peer, @Nullable RaftClientReply reply, @Nullable Throwable thrown) {
    if (reply != null && reply.isSuccess()) {
      return Coding.decode(reply.getMessage().getContent(), Reply::read);
    }
    Throwable cause = reply == null ? thrown : reply.getException();
    if (cause == null) {
      return new Reply.Unsure(peer + " gave no answer");
    }
    if (reply == null) {
      rpc.handleException(peer.id(), cause, true);
    }
    logger.debug("{} cannot be asked", peer, cause);
    return whyNot(peer, cause);
  }

  private static Reply whyNot(Peer peer, Throwable thrown) {
    boolean wasSent = true;
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage());
      if (text.contains("GroupMismatchException") || cause.toString().contains("GroupMismatch")) {
        return new Reply.Refused(
            peer
                + " does not belong to this store: its name, number of shards, or longest value"
                + " are others, or it was removed");
      }
      wasSent &= !(cause instanceof ConnectException);
    }
    String why =
        peer + " cannot be reached (" + thrown.getMessage() + TlsFiles.explain(thrown) + ")";
    return wasSent ? new Reply.Unsure(why) : new Reply.Refused(why);
  }

  /**
   * Has a leader change the members of its group, if they still are what they were.
   *
   * @return empty when they are changed; else why not
   */
  Optional<String> setMembers(Peer leader, List<Peer> before, List<Peer> after) {
    learn(after);
    SetConfigurationRequest.Arguments arguments =
        SetConfigurationRequest.Arguments.newBuilder()
            .setServersInCurrentConf(before.stream().map(Peer::raftPeer).toList())
            .setServersInNewConf(after.stream().map(Peer::raftPeer).toList())
            .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
            .build();
    return send(
        new SetConfigurationRequest(
            client, leader.id(), group, calls.incrementAndGet(), arguments));
  }

  /** Tells a member that it does not belong to the group any more, if it can be reached. */
  void removeGroup(Peer peer) {
    send(GroupManagementRequest.newRemove(
            client, peer.id(), calls.incrementAndGet(), group, false, false))
        .ifPresent(why -> logger.info("{} does not know that it was removed: {}", peer, why));
  }

  private Optional<String> send(RaftClientRequest request) {
    try {
      RaftClientReply reply = rpc.sendRequest(request);
      return reply.isSuccess()
          ? Optional.empty()
          : Optional.of(String.valueOf(reply.getException().getMessage()));
    } catch (IOException | RuntimeException failed) {
      return Optional.of(String.valueOf(failed.getMessage()));
    }
  }

  @Override
  public void close() {
    isClosed = true;
    try {
      rpc.close();
    } catch (IOException broken) {
      logger.debug("a connection broke while it was closed", broken);
    }
  }
}
