package io.kvstore.labs.wrong;

import io.kvstore.NodeId;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.spi.Env;
import io.kvstore.labs.kit.Call;
import io.kvstore.labs.solution.QuorumRegisterSolution;
import java.util.Map;

/** Lab 4 with what often goes wrong. */
public final class WrongQuorumRegisters {
  private WrongQuorumRegisters() {}

  /** Answers a read from what a majority has told, and does not write it back. */
  public static final class WithoutWriteBack extends QuorumRegisterSolution {
    public WithoutWriteBack(Env env) {
      super(env);
    }

    @Override
    protected boolean answersAtOnce(Call call) {
      return call.isRead();
    }
  }

  /** Goes on from whichever promise came first, not from the latest state. */
  public static final class AnyPromise extends QuorumRegisterSolution {
    public AnyPromise(Env env) {
      super(env);
    }

    @Override
    protected Accepted latest(Map<NodeId, Accepted> promised) {
      return promised.values().iterator().next();
    }
  }

  /** Takes half of the members for a majority. */
  public static final class HalfIsEnough extends QuorumRegisterSolution {
    public HalfIsEnough(Env env) {
      super(env);
    }

    @Override
    protected boolean isMajority(int count) {
      return count >= members().size() / 2;
    }
  }
}
