package io.kvstore.labs.wrong;

import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Ordered;
import io.kvstore.labs.solution.PrimaryBackupSolution;

/** Lab 1 with what often goes wrong. */
public final class WrongPrimaryBackups {
  private WrongPrimaryBackups() {}

  /** Answers as soon as the primary has the write. */
  public static final class Hasty extends PrimaryBackupSolution {
    public Hasty(Env env) {
      super(env);
    }

    @Override
    protected long committed() {
      return held();
    }
  }

  /** Says that it has a write, though one before it has not come. */
  public static final class Boastful extends PrimaryBackupSolution {
    public Boastful(Env env) {
      super(env);
    }

    @Override
    protected long toAcknowledge(Ordered ordered) {
      return ordered.position();
    }
  }

  /** Sends everything once. */
  public static final class Forgetful extends PrimaryBackupSolution {
    public Forgetful(Env env) {
      super(env);
    }

    @Override
    protected void onTick() {
      // What was lost is lost.
    }
  }
}
