package io.kvstore.core.protocol;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.storage.Applier.Removal;

/** The matrix of consistency and replication: which controlet serves which cell. */
public final class Protocols {
  private Protocols() {}

  /** The controlet of a cell. */
  public static Controlet controlet(Consistency consistency, Replication replication, Env env) {
    return switch (replication.requireSupportFor(consistency)) {
      case PRIMARY -> new PrimaryBackup(env);
      case TOTAL_ORDER -> new TotalOrder(env);
      case BROADCAST ->
          consistency == Consistency.CAUSAL ? new CausalBroadcast(env) : new EventualBroadcast(env);
      case KEY_OWNER -> new KeyOwner(env);
    };
  }

  /** What a replica of this protocol does with entries that are removed. */
  public static Removal removal(Replication replication) {
    return writesGoThroughOneOrder(replication) ? Removal.FORGETS : Removal.LEAVES_TOMBSTONE;
  }

  /** Whether clients do best to talk to the primary. */
  public static boolean prefersPrimary(Consistency consistency, Replication replication) {
    return replication == Replication.PRIMARY && consistency == Consistency.LINEARIZABLE;
  }

  private static boolean writesGoThroughOneOrder(Replication replication) {
    return replication == Replication.PRIMARY || replication == Replication.TOTAL_ORDER;
  }
}
