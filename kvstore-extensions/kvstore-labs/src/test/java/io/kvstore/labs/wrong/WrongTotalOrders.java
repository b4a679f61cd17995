package io.kvstore.labs.wrong;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.labs.solution.TotalOrderSolution;
import java.util.List;
import java.util.Set;

/** Lab 2 with what often goes wrong. */
public final class WrongTotalOrders {
  private WrongTotalOrders() {}

  /** Performs what a majority has acknowledged. */
  public static final class Impatient extends TotalOrderSolution {
    public Impatient(Env env) {
      super(env);
    }

    @Override
    protected boolean isSettled(Set<NodeId> acknowledgedBy) {
      return acknowledgedBy.size() > members().size() / 2;
    }
  }

  /** Has a clock that counts only what its own member proposes. */
  public static final class Deaf extends TotalOrderSolution {
    public Deaf(Env env) {
      super(env);
    }

    @Override
    protected void observe(long count) {
      // Whatever others have counted.
    }
  }

  /** Forgets, at the end of a view, what it has not performed. */
  public static final class Oblivious extends TotalOrderSolution {
    public Oblivious(Env env) {
      super(env);
    }

    @Override
    protected List<Proposed> pending() {
      return List.of();
    }
  }
}
