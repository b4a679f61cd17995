package io.kvstore;

/**
 * The name of a node: a number from 0 on.
 *
 * @param number its number, in the order in which nodes joined the cluster
 */
public record NodeId(int number) implements Comparable<NodeId> {
  /** The largest number: versions have sixteen bits for the node that wrote. */
  public static final int MAX_NUMBER = (1 << 16) - 1;

  /** Where the coordinator of a cluster runs: a machine of its own, which serves no data. */
  public static final NodeId COORDINATOR = new NodeId(MAX_NUMBER);

  /** Checks the number. */
  public NodeId {
    if (number < 0 || number > MAX_NUMBER) {
      throw new IllegalArgumentException(
          "a node's number is from 0 to " + MAX_NUMBER + ", not " + number);
    }
  }

  /** The node of a number. */
  public static NodeId of(int number) {
    return new NodeId(number);
  }

  @Override
  public int compareTo(NodeId other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return number == MAX_NUMBER ? "coordinator" : "n" + number;
  }
}
