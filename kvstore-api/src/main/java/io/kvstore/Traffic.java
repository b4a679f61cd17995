package io.kvstore;

/**
 * What has come to a replica and gone from it since its node started: plain counts, which only
 * grow.
 *
 * @param operations clients' operations that it was asked for, itself or by way of another replica
 * @param sent messages that it has sent to other replicas
 * @param received messages that it has dealt with
 * @param dropped messages that it sent and a link lost, or that came too late to mean anything
 */
public record Traffic(long operations, long sent, long received, long dropped) {
  /** Nothing yet. */
  public static final Traffic NONE = new Traffic(0, 0, 0, 0);

  /** Both together. */
  public Traffic plus(Traffic other) {
    return new Traffic(
        operations + other.operations,
        sent + other.sent,
        received + other.received,
        dropped + other.dropped);
  }
}
