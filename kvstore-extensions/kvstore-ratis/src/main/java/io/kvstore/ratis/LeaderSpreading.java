package io.kvstore.ratis;

import io.kvstore.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spreads the leaders of the shards over the members. Each member looks from time to time how many
 * shards everyone leads, as far as it knows. When it leads at least two more than another that
 * follows it closely, it hands one over to that one. So in the end no member leads two more than
 * another, and no shard changes its leader without need.
 */
final class LeaderSpreading implements Runnable {
  /** How often a member looks. */
  static final Duration PERIOD = Duration.ofSeconds(3);

  private static final Logger logger = LoggerFactory.getLogger(LeaderSpreading.class);

  private final NodeId self;
  private final List<ShardServer> shards;
  private final Duration atMost;

  /**
   * The leaders of these shards.
   *
   * @param atMost how long a hand-over may take; meanwhile the shard takes no writes
   */
  LeaderSpreading(NodeId self, List<ShardServer> shards, Duration atMost) {
    this.self = self;
    this.shards = shards;
    this.atMost = atMost;
  }

  /** Hands one shard over, if this member leads too many. */
  @Override
  public void run() {
    try {
      look();
    } catch (IOException | RuntimeException closed) {
      logger.debug("{} does not look who leads", self, closed);
    }
  }

  private void look() throws IOException {
    Map<NodeId, Integer> led = new TreeMap<>();
    for (ShardServer shard : shards) {
      MemberStatus status = shard.status();
      Optional<NodeId> leader = status.leader();
      if (leader.isEmpty()) {
        return; // an election goes on
      }
      status.members().forEach(member -> led.putIfAbsent(member.node(), 0));
      led.merge(leader.get(), 1, Integer::sum);
    }
    int own = led.getOrDefault(self, 0);
    for (ShardServer shard : shards) {
      Optional<NodeId> heir =
          shard.closeFollowers().stream()
              .filter(node -> led.getOrDefault(node, 0) + 2 <= own)
              .min(Comparator.<NodeId>comparingInt(node -> led.getOrDefault(node, 0)));
      if (heir.isPresent()) {
        logger.info("{} leads {} shards, and hands one over to {}", self, own, heir.get());
        shard.handOver(heir.get(), atMost);
        return;
      }
    }
  }
}
