package io.kvstore.core.protocol;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.Env;

/** The matrix of consistency and replication: which controlet serves which cell. */
public final class Protocols {
  private Protocols() {}

  /** The protocol of a cell. */
  public static ControletFactory of(Consistency consistency, Replication replication) {
    return new OneOfThese(controletsOf(consistency, replication), false);
  }

  /** The protocol of whichever cell a group's view names. */
  public static ControletFactory ofEveryCell() {
    return new OneOfThese(
        env -> controletsOf(env.view().consistency(), env.view().replication()).create(env), true);
  }

  /** At the strong levels all of them remember whom they have answered what. */
  private record OneOfThese(ControletFactory controlets, boolean servesEveryCell)
      implements ControletFactory {
    @Override
    public Controlet create(Env env) {
      return controlets.create(env);
    }

    @Override
    public boolean knowsRepetitions(View view) {
      return view.consistency().isAtLeast(Consistency.SEQUENTIAL);
    }
  }

  private static ControletFactory controletsOf(Consistency consistency, Replication replication) {
    return switch (replication.requireSupportFor(consistency)) {
      case PRIMARY -> PrimaryBackup::new;
      case TOTAL_ORDER -> TotalOrder::new;
      case BROADCAST ->
          consistency == Consistency.CAUSAL ? CausalBroadcast::new : EventualBroadcast::new;
      case KEY_OWNER -> KeyOwner::new;
    };
  }
}
