package io.kvstore.core.protocol;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.Env;
import java.util.Optional;

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
      case CHAIN, CRAQ -> new Chain(env);
      case RAFT, LEASEGUARD -> new Raft(env);
      case SHARED_LOG -> new SharedLog(env);
      case QUORUM ->
          consistency == Consistency.EVENTUAL ? new EventualQuorum(env) : new Quorum(env);
      case LOCKING -> new Locking(env);
    };
  }

  @Override
  public boolean servesEveryCell() {
    return true;
  }

  /**
   * The tail of a chain answers reads at once, and is the first to know that a write is done. Where
   * a leader is elected, the first member stands before all others.
   */
  @Override
  public Optional<NodeId> preferred(View view) {
    if (view.consistency() != Consistency.LINEARIZABLE) {
      return Optional.empty();
    }
    return switch (view.replication()) {
      case RAFT, LEASEGUARD -> Optional.of(view.primary());
      case CHAIN -> Optional.of(view.members().get(view.members().size() - 1));
      default -> ControletFactory.super.preferred(view);
    };
  }

  /** At the strong levels all of them remember whom they have answered what. */
  @Override
  public boolean knowsRepetitions(View view) {
    return Cell.isStrong(view);
  }
}
