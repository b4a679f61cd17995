package io.kvstore.ratis;

import io.kvstore.Failover;
import io.kvstore.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** How Ratis is set up for a member, or for a client. */
final class RatisSettings {
  private static final int OVERHEAD_BYTES = 1 << 20; // of a record beside its largest value
  private static final int LEAST_RECORD_BYTES = 4 << 20;
  private static final int ANSWER_BYTES = 512 << 20;
  private static final int SEGMENT_BYTES = 8 << 20;
  private static final int CACHED_SEGMENTS = 2;

  private RatisSettings() {}

  /** The longest record of the log. */
  static int recordBytes(Limits limits) {
    long longest = (long) limits.keyBytes() + limits.valueBytes() + OVERHEAD_BYTES;
    return (int) Math.min(Math.max(longest, LEAST_RECORD_BYTES), Integer.MAX_VALUE / 4);
  }

  static RaftProperties client(Duration request) {
    RaftProperties properties = new RaftProperties();
    // Answers may be long, such as that of a scan; records are bounded where they are made.
    GrpcConfigKeys.setMessageSizeMax(properties, SizeInBytes.valueOf(ANSWER_BYTES));
    RaftClientConfigKeys.Rpc.setRequestTimeout(properties, duration(request));
    return properties;
  }

  static RaftProperties member(
      Limits limits, Failover failover, Peer self, Path directory, RatisEngine engine) {
    RaftProperties properties = client(Duration.ofSeconds(10));
    GrpcConfigKeys.Server.setHost(properties, plain(self.host()));
    GrpcConfigKeys.Server.setPort(properties, self.port());
    RaftServerConfigKeys.setStorageDir(properties, List.of(directory.toFile()));
    RaftServerConfigKeys.setRemovedGroupsDir(properties, directory.resolve("removed").toFile());
    elections(properties, failover);
    // For asking how far the leader has committed; what is read of the store goes through the log.
    RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    log(properties, recordBytes(limits), engine.snapshotEvery());
    return properties;
  }

  private static void elections(RaftProperties properties, Failover failover) {
    Duration least = failover.detection();
    Duration most = least.multipliedBy(2);
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, duration(least));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, duration(most));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, duration(least.dividedBy(2)));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, duration(least));
    // A leader without a majority says so while its callers still wait.
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, duration(most));
    // What is repeated is known to the state machine, which remembers it for longer.
    RaftServerConfigKeys.RetryCache.setExpiryTime(
        properties, TimeDuration.valueOf(2, TimeUnit.SECONDS));
    RaftServerConfigKeys.setSleepDeviationThreshold(properties, duration(least));
    RaftServerConfigKeys.setCloseThreshold(
        properties, TimeDuration.valueOf(Integer.MAX_VALUE, TimeUnit.SECONDS)); // a pause is no end
  }

  private static void log(RaftProperties properties, int recordBytes, long snapshotEvery) {
    SizeInBytes longest = SizeInBytes.valueOf(recordBytes);
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, longest);
    RaftServerConfigKeys.Log.setWriteBufferSize(
        properties, SizeInBytes.valueOf(recordBytes + OVERHEAD_BYTES));
    RaftServerConfigKeys.Log.setSegmentSizeMax(
        properties, SizeInBytes.valueOf(Math.max(SEGMENT_BYTES, recordBytes)));
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, CACHED_SEGMENTS);
    RaftServerConfigKeys.Log.setSegmentCacheSizeMax(
        properties, SizeInBytes.valueOf((long) CACHED_SEGMENTS * SEGMENT_BYTES));
    RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("256KB"));
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false); // half of all fsyncs
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
    RaftServerConfigKeys.Log.setPurgeGap(properties, (int) Math.min(snapshotEvery, 1024));
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, snapshotEvery);
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
    RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, 2);
  }

  static TimeDuration duration(Duration time) {
    return TimeDuration.valueOf(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  static String plain(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
