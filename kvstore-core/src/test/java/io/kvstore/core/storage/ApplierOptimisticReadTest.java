package io.kvstore.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a look tells in the middle of which the owner changes something. */
class ApplierOptimisticReadTest {
  private static final Bytes KEY = Bytes.of("k");
  private static final Bytes OTHER = Bytes.of("other");
  private static final Ordered COPY = new Ordered(0, 0, Ordered.NO_CLIENT, 0, new Tick());

  private Runnable meanwhile = () -> {};
  private final Applier applier = new Applier(interrupted(), 100);
  private long version;

  /** One whose owner does something while it is looked at. */
  private Datalet interrupted() {
    Datalet hash = Datalets.hash().open(NodeId.of(0), 0);
    return (Datalet)
        Proxy.newProxyInstance(
            Datalet.class.getClassLoader(),
            new Class<?>[] {Datalet.class},
            (proxy, method, arguments) -> {
              Object result = method.invoke(hash, arguments);
              if (method.getName().equals("get")) {
                Runnable once = meanwhile;
                meanwhile = () -> {};
                once.run();
              }
              return result;
            });
  }

  private void apply(Operation operation) {
    applier.apply(new Ordered(++version, 0, 1, version, operation));
  }

  private static Write put(Bytes key, String value) {
    return new Write(key, Condition.ALWAYS, new Change.Put(Bytes.of(value), 0, Change.FOREVER));
  }

  private static Write remove(Bytes key) {
    return new Write(key, Condition.ALWAYS, Change.REMOVE);
  }

  private static Pair pair(Bytes key) {
    return new Pair(key, Entry.of(Bytes.of("merged"), 1_000));
  }

  private Object readWhile(Runnable change) {
    apply(put(KEY, "v"));
    apply(put(OTHER, "o"));
    meanwhile = change;
    return applier.optimisticRead(new Get(KEY));
  }

  @Test
  void aValueCountsWhileSingleEntriesAreSet() {
    assertThat(readWhile(() -> apply(put(OTHER, "o2")))).isInstanceOf(Found.class);
    assertThat(readWhile(() -> apply(put(KEY, "v2")))).isInstanceOf(Found.class);
    assertThat(readWhile(() -> applier.merge(COPY, List.of(pair(OTHER)))))
        .isInstanceOf(Found.class);
  }

  @Test
  void nothingCountsWhileEntriesGoOrChangeTogether() {
    assertThat(readWhile(() -> apply(remove(OTHER)))).isNull();
    assertThat(readWhile(() -> apply(new Clear()))).isNull();
    assertThat(readWhile(() -> apply(new Batch(List.of(put(KEY, "b"), put(OTHER, "b")))))).isNull();
    assertThat(readWhile(() -> applier.merge(COPY, List.of(pair(KEY), pair(OTHER))))).isNull();
    assertThat(readWhile(() -> applier.replace(new Contents(List.of(), 0, 0)))).isNull();
  }
}
