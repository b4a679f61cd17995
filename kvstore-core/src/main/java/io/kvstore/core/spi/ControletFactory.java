package io.kvstore.core.spi;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import java.util.Optional;

/**
 * A protocol: it makes the controlets of a group's members.
 *
 * <pre>{@code
 * Simulation.withSeed(42).protocol(MyProtocol::new);     // class MyProtocol implements Controlet
 * new InProcess().protocol(MyProtocol::new);             // MyProtocol(Env env) { … }
 * }</pre>
 *
 * <p>Consistency and replication remain what the store's builder said. They decide what clients may
 * ask for and what checkers hold the answers against; the controlets of this factory are to keep
 * it. At the causal level they answer with vector clocks, at all others with positions or with
 * neither.
 */
@FunctionalInterface
public interface ControletFactory {
  /**
   * Makes the controlet of one member, which finds the member's datalet, group and store in its
   * environment. Called whenever the member's node starts.
   */
  Controlet create(Env env);

  /**
   * Whether a command that is asked for again, with the same client and sequence, takes effect only
   * once, whichever replica is asked: then a store asks again by itself when the replica that had
   * it is lost. Otherwise it is not known what became of it.
   */
  default boolean knowsRepetitions(View view) {
    return false;
  }

  /**
   * Whether this makes controlets for whatever consistency and replication a view names, which hand
   * over to each other: then a running store can be moved from one to another.
   */
  default boolean servesEveryCell() {
    return false;
  }

  /**
   * Whether sessions that are not bound to a node do best to talk to the primary; otherwise they
   * are spread over the members.
   */
  default boolean prefersPrimary(View view) {
    return view.replication() == Replication.PRIMARY
        && view.consistency() == Consistency.LINEARIZABLE;
  }

  /**
   * The member that sessions which are not bound to a node do best to talk to; none spreads them.
   */
  default Optional<NodeId> preferred(View view) {
    return prefersPrimary(view) ? Optional.of(view.primary()) : Optional.empty();
  }
}
