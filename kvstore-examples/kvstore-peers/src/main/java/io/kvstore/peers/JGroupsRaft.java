package io.kvstore.peers;

import io.kvstore.Consistency;
import io.kvstore.examples.bench.compare.Client;
import io.kvstore.examples.bench.compare.Contender;
import io.kvstore.examples.bench.compare.Entries;
import io.kvstore.examples.bench.compare.Peers;
import java.io.DataInput;
import java.io.DataOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jgroups.JChannel;
import org.jgroups.protocols.raft.ELECTION;
import org.jgroups.protocols.raft.InMemoryLog;
import org.jgroups.protocols.raft.NO_DUPES;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.protocols.raft.REDIRECT;
import org.jgroups.raft.RaftHandle;
import org.jgroups.raft.StateMachine;
import org.jspecify.annotations.Nullable;

/**
 * jgroups-raft with a log in memory and channels within the JVM. Callers call at the leader; reads
 * are linearizable.
 */
public final class JGroupsRaft implements Peers {
  private static final String NAME = "jgroups-raft";
  private static final List<String> MEMBERS = List.of("a", "b", "c");

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
    List<RaftHandle> handles = new ArrayList<>();
    List<ReplicaMap> maps = new ArrayList<>();
    for (String member : MEMBERS) {
      RAFT raft = new RAFT().members(MEMBERS).raftId(member).logClass(InMemoryLog.class.getName());
      JChannel channel =
          LoopbackStack.channel(
              member, List.of(new NO_DUPES(), new ELECTION(), raft, new REDIRECT()));
      ReplicaMap map = new ReplicaMap();
      handles.add(new RaftHandle(channel, new OneMap(map)));
      maps.add(map);
      channel.connect("comparison");
    }
    RaftHandle leader =
        Wait.until(
            "a leader",
            () -> handles.stream().filter(RaftHandle::isLeader).findFirst().orElse(null));
    return new Group(handles, maps, leader, entries);
  }

  private record Group(
      List<RaftHandle> handles, List<ReplicaMap> maps, RaftHandle leader, Entries entries)
      implements Contender {
    @Override
    public Client client(int number) {
      return new AtLeader(leader, entries);
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
      handles.forEach(handle -> handle.channel().close());
    }
  }

  private static final class AtLeader extends FutureClient {
    private final RaftHandle leader;
    private final Entries entries;

    AtLeader(RaftHandle leader, Entries entries) {
      this.leader = leader;
      this.entries = entries;
    }

    @Override
    public CompletableFuture<?> beginPut(int key, int value) {
      byte[] command = ReplicaMap.toPut(entries, key, value);
      try {
        return leader.setAsync(command, 0, command.length);
      } catch (Exception refused) {
        return failed(refused);
      }
    }

    @Override
    public CompletableFuture<byte @Nullable []> beginGet(int key) {
      byte[] command = ReplicaMap.toGet(entries, key);
      try {
        return leader.getAsync(command, 0, command.length);
      } catch (Exception refused) {
        return failed(refused);
      }
    }

    @Override
    public boolean sees(int key, int value) {
      return Arrays.equals(entries.array(value), beginGet(key).join());
    }
  }

  private record OneMap(ReplicaMap map) implements StateMachine {
    @Override
    @SuppressWarnings("NullAway") // null stands for no answer, which jgroups-raft allows
    public byte[] apply(byte[] data, int offset, int length, boolean serializeResponse) {
      return map.perform(data, offset, length);
    }

    @Override
    public void readContentFrom(DataInput in) {
      throw new UnsupportedOperationException("nobody joins later");
    }

    @Override
    public void writeContentTo(DataOutput out) {
      throw new UnsupportedOperationException("nobody joins later");
    }
  }
}
