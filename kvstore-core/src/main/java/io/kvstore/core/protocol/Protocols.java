package io.kvstore.core.protocol;

import io.kvstore.Consistency;
import io.kvstore.View;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.Env;

/** The matrix of consistency and replication: the controlet of whichever cell a view names. */
public final class Protocols implements ControletFactory {
  /** The protocols of all cells. */
  public Protocols() {}

  @Override
  public Controlet create(Env env) {
    Consistency consistency = env.view().consistency();
    return switch (env.view().replication().requireSupportFor(consistency)) {
      case PRIMARY -> new PrimaryBackup(env);
      case TOTAL_ORDER -> new TotalOrder(env);
      case BROADCAST ->
          consistency == Consistency.CAUSAL ? new CausalBroadcast(env) : new EventualBroadcast(env);
      case KEY_OWNER -> new KeyOwner(env);
    };
  }

  @Override
  public boolean servesEveryCell() {
    return true;
  }

  /** At the strong levels all of them remember whom they have answered what. */
  @Override
  public boolean knowsRepetitions(View view) {
    return view.consistency().isAtLeast(Consistency.SEQUENTIAL);
  }
}
