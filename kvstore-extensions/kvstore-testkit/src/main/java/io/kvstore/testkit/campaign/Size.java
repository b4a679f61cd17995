package io.kvstore.testkit.campaign;

import java.util.OptionalInt;

/**
 * How large the stores of a campaign are, as far as that is said.
 *
 * @param replicas of each shard; drawn if nothing is said
 * @param nodes as many as replicas if nothing is said
 * @param shards as many as nodes if nothing is said and there are more of those than replicas; or
 *     else one
 */
record Size(OptionalInt replicas, OptionalInt nodes, OptionalInt shards) {
  /** Of which nothing is said. */
  static final Size DRAWN = new Size(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

  Size withReplicas(int number) {
    return new Size(OptionalInt.of(number), nodes, shards);
  }

  Size withNodes(int number) {
    return new Size(replicas, OptionalInt.of(number), shards);
  }

  Size withShards(int number) {
    return new Size(replicas, nodes, OptionalInt.of(number));
  }

  /** The same with so many replicas, unless their number is said. */
  Size orReplicas(OptionalInt drawn) {
    return replicas.isPresent() || drawn.isEmpty() ? this : withReplicas(drawn.getAsInt());
  }

  /** How many replicas there are: no more than nodes. */
  int orDrawn(int drawn) {
    return Math.min(replicas.orElse(drawn), nodes.orElse(Integer.MAX_VALUE));
  }

  int nodes(int replicas) {
    return nodes.orElse(replicas);
  }

  int shards(int replicas) {
    return shards.orElse(nodes(replicas) > replicas ? nodes(replicas) : 1);
  }

  /** As options of the command. */
  String asOptions() {
    return (replicas.isPresent() ? " --replicas " + replicas.getAsInt() : "")
        + (nodes.isPresent() ? " --nodes " + nodes.getAsInt() : "")
        + (shards.isPresent() ? " --shards " + shards.getAsInt() : "");
  }

  /** As calls of a campaign. */
  String asCode() {
    return (replicas.isPresent() ? ".replicas(" + replicas.getAsInt() + ")" : "")
        + (nodes.isPresent() ? ".nodes(" + nodes.getAsInt() + ")" : "")
        + (shards.isPresent() ? ".shards(" + shards.getAsInt() + ")" : "");
  }
}
