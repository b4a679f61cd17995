package io.kvstore.ratis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.spi.Settings;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * The groups of a store, one for each shard. Members that are set up differently, in a way that
 * would make them perform commands differently, do not have the same groups.
 */
final class GroupIds {
  private GroupIds() {}

  static List<RaftGroupId> of(String cluster, Settings settings) {
    return IntStream.range(0, settings.shards())
        .mapToObj(
            shard ->
                "kvstore/"
                    + cluster
                    + "/"
                    + settings.limits().valueBytes()
                    + "/"
                    + settings.shards()
                    + "/"
                    + shard)
        .map(name -> RaftGroupId.valueOf(UUID.nameUUIDFromBytes(name.getBytes(UTF_8))))
        .toList();
  }
}
