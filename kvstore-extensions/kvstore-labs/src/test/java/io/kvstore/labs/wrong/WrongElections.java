package io.kvstore.labs.wrong;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.labs.solution.ElectionSolution;
import java.util.Optional;

/** Lab 5 with what often goes wrong. */
public final class WrongElections {
  private WrongElections() {}

  /** Votes for every candidate of its term. */
  public static final class Generous extends ElectionSolution {
    public Generous(Env env) {
      super(env);
    }

    @Override
    protected boolean mayVoteFor(NodeId candidate, Optional<NodeId> votedBefore) {
      return true;
    }
  }

  /** Leads with half of the votes. */
  public static final class HalfIsEnough extends ElectionSolution {
    public HalfIsEnough(Env env) {
      super(env);
    }

    @Override
    protected int votesNeeded() {
      return majority() - 1;
    }
  }

  /** Saves its term, and not its vote. */
  public static final class Amnesiac extends ElectionSolution {
    public Amnesiac(Env env) {
      super(env);
    }

    @Override
    protected void keep(long inTerm, Optional<NodeId> candidate) {
      save(inTerm, Optional.empty());
    }
  }
}
