package io.kvstore.rocksdb;

import io.kvstore.core.datalet.Fsync;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.testkit.DataletContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** What every datalet keeps to. */
class ContractTest {
  @Nested
  class ThatAlwaysForces extends Kept {
    ThatAlwaysForces() {
      super(Fsync.always());
    }
  }

  @Nested
  class ThatForcesNowAndThen extends Kept {
    ThatForcesNowAndThen() {
      super(Fsync.every(Duration.ofMillis(5)));
    }
  }

  abstract static class Kept implements DataletContract {
    private final Fsync fsync;
    @TempDir private Path directory;

    Kept(Fsync fsync) {
      this.fsync = fsync;
    }

    @Override
    public DataletFactory factory() {
      return RocksDatalets.in(directory).withFsync(fsync);
    }

    @Override
    public boolean keepsDataOverRestart() {
      return true;
    }
  }
}
