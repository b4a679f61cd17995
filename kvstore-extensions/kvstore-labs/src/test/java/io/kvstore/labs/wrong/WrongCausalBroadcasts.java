package io.kvstore.labs.wrong;

import io.kvstore.core.spi.Env;
import io.kvstore.labs.solution.CausalBroadcastSolution;

/** Lab 3 with what often goes wrong. */
public final class WrongCausalBroadcasts {
  private WrongCausalBroadcasts() {}

  /** Delivers the writes of each member in their order, whatever they depend on. */
  public static final class OnlyFifo extends CausalBroadcastSolution {
    public OnlyFifo(Env env) {
      super(env);
    }

    @Override
    protected boolean isReady(Write write) {
      return write.number() == delivered().get(write.writer().number()) + 1;
    }
  }

  /** Delivers a write although earlier ones of its writer are missing. */
  public static final class Skipping extends CausalBroadcastSolution {
    public Skipping(Env env) {
      super(env);
    }

    @Override
    protected boolean isReady(Write write) {
      int writer = write.writer().number();
      return delivered().covers(write.context().with(writer, delivered().get(writer)));
    }
  }

  /** Sends everything once. */
  public static final class Forgetful extends CausalBroadcastSolution {
    public Forgetful(Env env) {
      super(env);
    }

    @Override
    protected boolean onTick() {
      return false;
    }
  }
}
