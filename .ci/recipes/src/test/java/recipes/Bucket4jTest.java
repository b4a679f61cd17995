package recipes;

import io.github.bucket4j.distributed.proxy.AbstractProxyManagerBuilder;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.AbstractCompareAndSwapBasedProxyManager;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.AsyncCompareAndSwapOperation;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.CompareAndSwapOperation;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import io.github.bucket4j.tck.AbstractDistributedBucketTest;
import io.github.bucket4j.tck.ProxyManagerSpec;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Bucket4j's own tests of a store of buckets that is changed by compare-and-set. */
class Bucket4jTest extends AbstractDistributedBucketTest {
  private static final List<KVStore<String, byte[]>> STORES = new ArrayList<>();

  @BeforeAll
  static void open() {
    specs = new ArrayList<>();
    for (Consistency level : List.of(Consistency.LINEARIZABLE, Consistency.SEQUENTIAL)) {
      KVStore<String, byte[]> store =
          KVStore.builder().values(Codecs.BYTE_ARRAY).consistency(level).open();
      STORES.add(store);
      specs.add(
          new ProxyManagerSpec<>(
              level.toString(), () -> UUID.randomUUID().toString(), () -> new Builder(store)));
    }
  }

  @AfterAll
  static void close() {
    STORES.forEach(KVStore::close);
    STORES.clear();
  }

  private static final class Builder
      extends AbstractProxyManagerBuilder<String, Buckets, Builder> {
    private final KVStore<String, byte[]> store;

    Builder(KVStore<String, byte[]> store) {
      this.store = store;
    }

    @Override
    public Buckets build() {
      return new Buckets(this, store);
    }
  }

  private static final class Buckets extends AbstractCompareAndSwapBasedProxyManager<String> {
    private final KVStore<String, byte[]> store;

    Buckets(Builder builder, KVStore<String, byte[]> store) {
      super(builder.getClientSideConfig());
      this.store = store;
    }

    private static Update<String, byte[]> update(String key, byte[] before, byte[] after) {
      Update<String, byte[]> put = Update.put(key, after);
      return before == null ? put.ifAbsent() : put.ifValue(before);
    }

    @Override
    protected CompareAndSwapOperation beginCompareAndSwapOperation(String key) {
      return new CompareAndSwapOperation() {
        @Override
        public Optional<byte[]> getStateData(Optional<Long> timeoutNanos) {
          return store.get(key);
        }

        @Override
        public boolean compareAndSwap(
            byte[] before, byte[] after, RemoteBucketState state, Optional<Long> timeoutNanos) {
          return store.update(update(key, before, after)).applied();
        }
      };
    }

    @Override
    protected AsyncCompareAndSwapOperation beginAsyncCompareAndSwapOperation(String key) {
      return new AsyncCompareAndSwapOperation() {
        @Override
        public CompletableFuture<Optional<byte[]>> getStateData(Optional<Long> timeoutNanos) {
          return store.async().get(key);
        }

        @Override
        public CompletableFuture<Boolean> compareAndSwap(
            byte[] before, byte[] after, RemoteBucketState state, Optional<Long> timeoutNanos) {
          return store
              .async()
              .update(update(key, before, after))
              .thenApply(written -> written.applied());
        }
      };
    }

    @Override
    public void removeProxy(String key) {
      store.remove(key);
    }

    @Override
    protected CompletableFuture<Void> removeAsync(String key) {
      return store.async().remove(key).thenAccept(wasThere -> {});
    }

    @Override
    public boolean isAsyncModeSupported() {
      return true;
    }
  }
}
