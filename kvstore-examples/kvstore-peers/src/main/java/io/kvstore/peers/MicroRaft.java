package io.kvstore.peers;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.examples.bench.compare.Client;
import io.kvstore.examples.bench.compare.Contender;
import io.kvstore.examples.bench.compare.Entries;
import io.kvstore.examples.bench.compare.Peers;
import io.microraft.QueryPolicy;
import io.microraft.RaftConfig;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.model.message.RaftMessage;
import io.microraft.statemachine.StateMachine;
import io.microraft.transport.Transport;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * MicroRaft, whose messages go from one member to another as objects. Callers call at the leader;
 * reads are linearizable (a round of heartbeats) or, in the second system, local.
 */
public final class MicroRaft implements Peers {
  private static final String LINEARIZABLE = "microraft";
  private static final String LOCAL_READS = "microraft-local-reads";
  private static final int MEMBERS = 3;

  /** Snapshots would be copies of the whole map; the logs of a run fit into the heap. */
  private static final int COMMITS_BETWEEN_SNAPSHOTS = 2_000_000;

  @Override
  public Map<String, Consistency> guarantees() {
    return Map.of(LINEARIZABLE, Consistency.LINEARIZABLE, LOCAL_READS, Consistency.SEQUENTIAL);
  }

  @Override
  public List<String> jvmArguments() {
    return List.of();
  }

  @Override
  public Contender open(String name, Entries entries) throws TimeoutException {
    return new Group(
        name.equals(LOCAL_READS) ? QueryPolicy.EVENTUAL_CONSISTENCY : QueryPolicy.LINEARIZABLE,
        entries);
  }

  private record Member(String id) implements RaftEndpoint {
    @Override
    public Object getId() {
      return id;
    }
  }

  private record Put(Bytes key, Bytes value) {}

  private record Get(Bytes key) {}

  private record NewTerm() {}

  private static final class Group implements Contender {
    private final Map<RaftEndpoint, RaftNode> nodes = new ConcurrentHashMap<>();
    private final List<RaftEndpoint> members;
    private final QueryPolicy policy;
    private final Entries entries;
    private final RaftNode leader;

    Group(QueryPolicy policy, Entries entries) throws TimeoutException {
      this.policy = policy;
      this.entries = entries;
      members = List.of(new Member("a"), new Member("b"), new Member("c"));
      RaftConfig config =
          RaftConfig.newBuilder().setCommitCountToTakeSnapshot(COMMITS_BETWEEN_SNAPSHOTS).build();
      for (RaftEndpoint member : members) {
        RaftNode node =
            RaftNode.newBuilder()
                .setGroupId("group")
                .setLocalEndpoint(member)
                .setInitialGroupMembers(members)
                .setConfig(config)
                .setTransport(new InMemory(nodes))
                .setStateMachine(new OneMap())
                .build();
        nodes.put(member, node);
      }
      nodes.values().forEach(node -> node.start().join());
      leader = Wait.until("a leader", () -> leader(nodes));
    }

    private static @Nullable RaftNode leader(Map<RaftEndpoint, RaftNode> nodes) {
      RaftEndpoint elected = null;
      for (RaftNode node : nodes.values()) {
        elected = node.getTerm().getLeaderEndpoint();
        if (elected == null) {
          return null;
        }
      }
      return elected == null ? null : nodes.get(elected);
    }

    @Override
    public Client client(int number) {
      return new AtLeader();
    }

    @Override
    public int members() {
      return MEMBERS;
    }

    @Override
    public boolean memberHas(int member, int key, int value) {
      RaftNode node = Wait.present(nodes.get(members.get(member)));
      return entries.value(value).equals(read(node, key, QueryPolicy.EVENTUAL_CONSISTENCY).join());
    }

    private CompletableFuture<@Nullable Bytes> read(RaftNode node, int key, QueryPolicy how) {
      return node.<Bytes>query(new Get(entries.key(key)), how, Optional.empty(), Optional.empty())
          .thenApply(ordered -> ordered.getResult());
    }

    @Override
    public void close() {
      nodes.values().forEach(node -> node.terminate().join());
    }

    private final class AtLeader implements Client {
      @Override
      public void put(int key, int value) {
        beginPut(key, value).join();
      }

      @Override
      public @Nullable Object get(int key) {
        return beginGet(key).join();
      }

      @Override
      public CompletableFuture<?> beginPut(int key, int value) {
        return leader.replicate(new Put(entries.key(key), entries.value(value)));
      }

      @Override
      public CompletableFuture<@Nullable Bytes> beginGet(int key) {
        return read(leader, key, policy);
      }

      @Override
      public boolean sees(int key, int value) {
        return entries.value(value).equals(beginGet(key).join());
      }
    }
  }

  private record InMemory(Map<RaftEndpoint, RaftNode> nodes) implements Transport {
    @Override
    public void send(RaftEndpoint target, RaftMessage message) {
      RaftNode node = nodes.get(target);
      if (node != null) {
        node.handle(message);
      }
    }

    @Override
    public boolean isReachable(RaftEndpoint endpoint) {
      return nodes.containsKey(endpoint);
    }
  }

  /** Called by one thread of its member. */
  private static final class OneMap implements StateMachine {
    private final Map<Bytes, Bytes> map = new HashMap<>();

    @Override
    @SuppressWarnings("NullAway") // null stands for nothing, which MicroRaft allows
    public Object runOperation(long commitIndex, Object operation) {
      if (operation instanceof Put put) {
        map.put(put.key, put.value);
        return null;
      }
      return operation instanceof Get get ? map.get(get.key) : null;
    }

    @Override
    public void takeSnapshot(long commitIndex, Consumer<Object> chunks) {
      chunks.accept(new LinkedHashMap<>(map));
    }

    @Override
    @SuppressWarnings("unchecked") // what takeSnapshot made
    public void installSnapshot(long commitIndex, List<Object> chunks) {
      map.clear();
      chunks.forEach(chunk -> map.putAll((Map<Bytes, Bytes>) chunk));
    }

    @Override
    public Object getNewTermOperation() {
      return new NewTerm();
    }
  }
}
