package io.kvstore.testkit;

import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.datalet.Fsync;
import io.kvstore.core.spi.DataletFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Every datalet that comes with the library keeps the contract. */
class DataletContractTest {
  @Nested
  class Hash implements DataletContract {
    @Override
    public DataletFactory factory() {
      return Datalets.hash();
    }

    @Override
    public boolean keepsDataOverRestart() {
      return false;
    }
  }

  @Nested
  class Tree implements DataletContract {
    @Override
    public DataletFactory factory() {
      return Datalets.tree();
    }

    @Override
    public boolean keepsDataOverRestart() {
      return false;
    }
  }

  @Nested
  class LogThatAlwaysForces extends Log {
    LogThatAlwaysForces() {
      super(Fsync.always());
    }
  }

  @Nested
  class LogThatForcesNowAndThen extends Log {
    LogThatForcesNowAndThen() {
      super(Fsync.every(Duration.ofMillis(5)));
    }
  }

  @Nested
  class LogThatNeverForces extends Log {
    LogThatNeverForces() {
      super(Fsync.never());
    }
  }

  abstract static class Log implements DataletContract {
    private final Fsync fsync;
    @TempDir private Path directory;

    Log(Fsync fsync) {
      this.fsync = fsync;
    }

    @Override
    public DataletFactory factory() {
      return Datalets.log(directory, fsync);
    }

    @Override
    public boolean keepsDataOverRestart() {
      return true;
    }
  }
}
