package judge;

import static io.kvstore.testkit.assertions.KVAssertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.kvstore.Consistency;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.workload.Subject;
import io.kvstore.testkit.workload.Workload;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A distributed map whose backups follow later, and are read, shows what is old. */
class HazelcastTest {
  @AfterEach
  void shutDown() {
    Hazelcast.shutdownAll();
  }

  private static HazelcastInstance member() {
    Config config = new Config().setClusterName("judge");
    config.setProperty("hazelcast.logging.type", "none");
    NetworkConfig network = config.getNetworkConfig().setPublicAddress("127.0.0.1");
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).addMember("127.0.0.1");
    config.getMapConfig("owners").setBackupCount(1);
    MapConfig backups = config.getMapConfig("backups").setBackupCount(0);
    backups.setAsyncBackupCount(1).setReadBackupData(true);
    return Hazelcast.newHazelcastInstance(config);
  }

  record ClusterMap(Map<String, String> map) implements Subject {
    @Override
    public String get(String key) {
      return map.get(key);
    }

    @Override
    public void put(String key, String value) {
      map.put(key, value);
    }
  }

  @Test
  void ownersAreOneCopyAndBackupsThatFollowAreNot() {
    HazelcastInstance[] members = {member(), member()};
    Workload plain = new Workload().kinds(Kind.READ, Kind.WRITE).clients(4).operations(500);
    assertThat(plain.run(client -> map(members, client, "owners"))).isLinearizable();

    Workload longer = new Workload().kinds(Kind.READ, Kind.WRITE).clients(4).operations(10_000);
    assertThat(longer.run(client -> map(members, client, "backups")))
        .isNot(Consistency.LINEARIZABLE);
  }

  private static Subject map(HazelcastInstance[] members, String client, String name) {
    return new ClusterMap(members[client.charAt(client.length() - 1) % 2].getMap(name));
  }
}
