package io.kvstore.peers;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.kvstore.Consistency;
import io.kvstore.examples.bench.compare.Client;
import io.kvstore.examples.bench.compare.Contender;
import io.kvstore.examples.bench.compare.Entries;
import io.kvstore.examples.bench.compare.Peers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Hazelcast's {@code IMap} with two synchronous backups. Callers call at the first member; reads go
 * to the owner of a key or, in the second system, to the caller's own copy.
 */
public final class Hazelcast implements Peers {
  private static final String AT_OWNER = "hazelcast";
  private static final String AT_BACKUP = "hazelcast-local-reads";
  private static final String MAP = "map";
  private static final int MEMBERS = 3;

  @Override
  public Map<String, Consistency> guarantees() {
    return Map.of(AT_OWNER, Consistency.LINEARIZABLE, AT_BACKUP, Consistency.EVENTUAL);
  }

  /** What its manual asks for on JDK 17. */
  @Override
  public List<String> jvmArguments() {
    return List.of(
        "--add-modules=java.se",
        "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
        "--add-opens=java.base/java.lang=ALL-UNNAMED",
        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
        "--add-opens=java.management/sun.management=ALL-UNNAMED",
        "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");
  }

  @Override
  public Contender open(String name, Entries entries) throws IOException, TimeoutException {
    List<Integer> ports = FreePorts.find(MEMBERS);
    List<HazelcastInstance> members = new ArrayList<>();
    for (int port : ports) {
      members.add(
          com.hazelcast.core.Hazelcast.newHazelcastInstance(
              config(port, ports, name.equals(AT_BACKUP))));
    }
    for (HazelcastInstance member : members) {
      Wait.untilTrue("all members", () -> member.getCluster().getMembers().size() == MEMBERS);
      IMap<String, byte[]> unused = member.getMap(MAP);
    }
    Wait.untilTrue("all backups", () -> members.get(0).getPartitionService().isClusterSafe());
    return new Cluster(members, entries);
  }

  private static Config config(int port, List<Integer> ports, boolean areReadsLocal) {
    Config config = new Config();
    config
        .setProperty("hazelcast.logging.type", "none")
        .setProperty("hazelcast.phone.home.enabled", "false")
        .setProperty("hazelcast.socket.bind.any", "false")
        .setProperty("hazelcast.wait.seconds.before.join", "0");
    config.getMetricsConfig().setEnabled(false);
    NetworkConfig network = config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
    ports.forEach(each -> join.getTcpIpConfig().addMember("127.0.0.1:" + each));
    config
        .getMapConfig(MAP)
        .setBackupCount(MEMBERS - 1)
        .setReadBackupData(areReadsLocal)
        .setStatisticsEnabled(false);
    return config;
  }

  private record Cluster(List<HazelcastInstance> instances, Entries entries) implements Contender {
    @Override
    public Client client(int number) {
      return new AtFirst(instances.get(0).getMap(MAP), entries);
    }

    @Override
    public int members() {
      return MEMBERS;
    }

    @Override
    public boolean memberHas(int member, int key, int value) {
      HazelcastInstance instance = instances.get(member);
      return instance.getPartitionService().isLocalMemberSafe()
          && new AtFirst(instance.getMap(MAP), entries).sees(key, value);
    }

    @Override
    public void close() {
      instances.forEach(HazelcastInstance::shutdown);
    }
  }

  private record AtFirst(IMap<String, byte[]> map, Entries entries) implements Client {
    @Override
    public void put(int key, int value) {
      map.set(entries.text(key), entries.array(value));
    }

    @Override
    public @Nullable Object get(int key) {
      return map.get(entries.text(key));
    }

    @Override
    public CompletableFuture<?> beginPut(int key, int value) {
      return map.setAsync(entries.text(key), entries.array(value)).toCompletableFuture();
    }

    @Override
    public CompletableFuture<?> beginGet(int key) {
      return map.getAsync(entries.text(key)).toCompletableFuture();
    }

    @Override
    public boolean sees(int key, int value) {
      return Arrays.equals(entries.array(value), map.get(entries.text(key)));
    }
  }
}
