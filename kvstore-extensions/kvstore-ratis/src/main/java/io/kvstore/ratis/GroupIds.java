package io.kvstore.ratis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.spi.Settings;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * The groups of a store, one for each shard. Members that are set up differently, in a way that
 * would make them perform commands differently, do not have the same groups.
 */
final class GroupIds {
  private static final HexFormat HEX = HexFormat.of();

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
                    + shard
                    + splitsOf(settings))
        .map(name -> RaftGroupId.valueOf(UUID.nameUUIDFromBytes(name.getBytes(UTF_8))))
        .toList();
  }

  /** Where keys are split, in hexadecimal; nothing when they are by their hash. */
  static String splitsOf(Settings settings) {
    StringBuilder text = new StringBuilder();
    settings.splits().forEach(key -> text.append('/').append(HEX.formatHex(key.toArray())));
    return text.toString();
  }
}
