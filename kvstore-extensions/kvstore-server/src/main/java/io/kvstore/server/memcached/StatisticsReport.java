package io.kvstore.server.memcached;

import io.kvstore.Cluster;
import io.kvstore.View;
import io.kvstore.server.Endpoint;
import io.kvstore.server.memcached.Statistics.Count;
import io.kvstore.server.net.Connections;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.IntStream;

/** What {@code stats} says, as lines that memcached's clients can read. */
final class StatisticsReport {
  /** Stands for a number of items that could not be asked for. */
  static final long UNKNOWN = -1;

  private static final int POINTER_BITS = 64;

  private final StringBuilder text = new StringBuilder();

  private StatisticsReport() {}

  private StatisticsReport add(String name, Object value) {
    text.append("STAT ").append(name).append(' ').append(value).append("\r\n");
    return this;
  }

  private Reply end() {
    String lines = text.append("END\r\n").toString();
    return out -> out.text(lines);
  }

  /** What memcached says of itself, as far as it makes sense here, and then what is our own. */
  static Reply general(NodeState node, long items, long lag) {
    StatisticsReport report = new StatisticsReport();
    Connections connections = node.connections();
    Endpoint endpoint = node.options().endpoint();
    report
        .add("pid", ProcessHandle.current().pid())
        .add("uptime", node.upSeconds())
        .add("time", Instant.now().getEpochSecond())
        .add("version", node.options().version())
        .add("pointer_size", POINTER_BITS)
        .add("max_connections", endpoint.limits().connections())
        .add("curr_connections", connections == null ? 0 : connections.current())
        .add("total_connections", connections == null ? 0 : connections.total())
        .add("rejected_connections", connections == null ? 0 : connections.rejected());
    for (Count count : Count.values()) {
      if (count != Count.TOTAL_ITEMS) {
        report.add(count.statistic(), node.statistics().get(count));
      }
    }
    report
        .add("limit_maxbytes", Runtime.getRuntime().maxMemory())
        .add("accepting_conns", 1)
        .add("threads", Runtime.getRuntime().availableProcessors())
        .add("bytes", usedBytes());
    if (items != UNKNOWN) {
      report.add("curr_items", items);
    }
    report.add("total_items", node.statistics().get(Count.TOTAL_ITEMS)).add("evictions", 0);
    Cluster cluster = node.store().cluster();
    int first =
        IntStream.range(0, cluster.shards())
            .filter(shard -> cluster.holders(shard).contains(node.node()))
            .findFirst()
            .orElse(0);
    View view = cluster.view(first);
    report
        .add("node", node.node())
        .add("epoch", view.epoch())
        .add("consistency", lowerCase(view.consistency()))
        .add("replication", lowerCase(view.replication()))
        .add("lag", lag);
    return report.end();
  }

  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static String lowerCase(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }

  static Reply settings(NodeState node) {
    Endpoint endpoint = node.options().endpoint();
    return new StatisticsReport()
        .add("maxbytes", Runtime.getRuntime().maxMemory())
        .add("maxconns", endpoint.limits().connections())
        .add("inter", endpoint.address().getHostAddress())
        .add("verbosity", 0)
        .add("oldest", 0)
        .add("evictions", "off")
        .add("shutdown_command", "no")
        .add("stat_key_prefix", ":")
        .add("detail_enabled", yesOrNo(node.prefixes().isOn()))
        .add("cas_enabled", "yes")
        .add("binding_protocol", "ascii")
        .add("auth_enabled_sasl", "no")
        .add("auth_enabled_ascii", yesOrNo(node.options().authenticationFile().isPresent()))
        .add("item_size_max", endpoint.limits().valueBytes() + 1)
        .add("maxconns_fast", "yes")
        .add("flush_enabled", "yes")
        .add("dump_enabled", "no")
        .add("idle_timeout", endpoint.idleTimeout().toSeconds())
        .add("ssl_enabled", yesOrNo(endpoint.tls().isPresent()))
        .end();
  }

  private static String yesOrNo(boolean is) {
    return is ? "yes" : "no";
  }

  /** There is one class of items here. */
  static Reply items(long number) {
    StatisticsReport report = new StatisticsReport();
    if (number > 0) {
      report.add("items:1:number", number).add("items:1:evicted", 0);
    }
    return report.end();
  }

  /** There are no slabs here. */
  static Reply slabs() {
    return new StatisticsReport().add("active_slabs", 0).add("total_malloced", 0).end();
  }

  static Reply sizes() {
    return new StatisticsReport().add("sizes_status", "disabled").end();
  }
}
