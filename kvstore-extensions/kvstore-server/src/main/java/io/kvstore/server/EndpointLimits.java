package io.kvstore.server;

/**
 * What an endpoint refuses to exceed, for each node.
 *
 * @param connections how many clients may be connected at once
 * @param lineBytes the longest line of a request
 * @param keyBytes the longest key
 * @param valueBytes the longest value
 * @param pipelined how many requests of one connection may await their answers at once; more are
 *     left unread
 */
public record EndpointLimits(
    int connections, int lineBytes, int keyBytes, int valueBytes, int pipelined) {
  /**
   * 10,000 connections, lines of up to 1 MiB, keys of up to 250 bytes, values of less than 1 MiB,
   * 256 requests on their way.
   */
  public static final EndpointLimits DEFAULT =
      new EndpointLimits(10_000, 1 << 20, 250, (1 << 20) - 1, 256);

  private static final int LEAST_LINE_BYTES = 2_048;

  /** Checks that every limit leaves room for something. */
  public EndpointLimits {
    requireAtLeast(1, "connections", connections);
    requireAtLeast(LEAST_LINE_BYTES, "lineBytes", lineBytes);
    requireAtLeast(1, "keyBytes", keyBytes);
    requireAtLeast(1, "valueBytes", valueBytes);
    requireAtLeast(1, "pipelined", pipelined);
  }

  private static void requireAtLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
    }
  }

  /** The same limits with another number of connections. */
  public EndpointLimits withConnections(int number) {
    return new EndpointLimits(number, lineBytes, keyBytes, valueBytes, pipelined);
  }

  /** The same limits with another longest line. */
  public EndpointLimits withLineBytes(int bytes) {
    return new EndpointLimits(connections, bytes, keyBytes, valueBytes, pipelined);
  }

  /** The same limits with another longest key. */
  public EndpointLimits withKeyBytes(int bytes) {
    return new EndpointLimits(connections, lineBytes, bytes, valueBytes, pipelined);
  }

  /** The same limits with another longest value. */
  public EndpointLimits withValueBytes(int bytes) {
    return new EndpointLimits(connections, lineBytes, keyBytes, bytes, pipelined);
  }

  /** The same limits with another number of requests on their way. */
  public EndpointLimits withPipelined(int requests) {
    return new EndpointLimits(connections, lineBytes, keyBytes, valueBytes, requests);
  }
}
