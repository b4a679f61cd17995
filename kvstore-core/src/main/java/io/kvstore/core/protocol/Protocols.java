package io.kvstore.core.protocol;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.spi.ControletFactory;

/** The matrix of consistency and replication: which controlet serves which cell. */
public final class Protocols {
  private Protocols() {}

  /** The protocol of a cell. */
  public static ControletFactory of(Consistency consistency, Replication replication) {
    return switch (replication.requireSupportFor(consistency)) {
      case PRIMARY -> PrimaryBackup::new;
      case TOTAL_ORDER -> TotalOrder::new;
      case BROADCAST ->
          consistency == Consistency.CAUSAL ? CausalBroadcast::new : EventualBroadcast::new;
      case KEY_OWNER -> KeyOwner::new;
    };
  }
}
