package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.Health;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Session;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A link is cut at the weak levels: both sides go on, and what one is owed does not grow. */
@Timeout(60)
final class LaggingMembersTest {
  private static final int VALUE_BYTES = 10_000;
  private static final int WRITES = 400;
  private static final long OWED_BYTES = 100_000; // of ten writes
  private static final NodeId ONE = NodeId.of(0);
  private static final NodeId OTHER = NodeId.of(1);

  /** Without key owners, which are asked across the link that is cut. */
  static Stream<Setup> weak() {
    return Setup.all()
        .filter(setup -> !setup.isAtLeast(Consistency.SEQUENTIAL))
        .filter(setup -> setup.replication() != Replication.KEY_OWNER);
  }

  private static KVStore<String, Bytes> open(Bench bench) {
    return bench
        .builder()
        .values(Codecs.BYTES)
        .limits(Limits.DEFAULT.withOwedBytes(OWED_BYTES))
        .open();
  }

  private static Bytes value(int number) {
    byte[] bytes = new byte[VALUE_BYTES];
    bytes[0] = (byte) number;
    bytes[1] = (byte) (number >> 8);
    return Bytes.of(bytes);
  }

  /** Values of the same few keys, written one after the other. */
  private static List<WeakReference<Bytes>> write(Bench bench, Session<String, Bytes> session) {
    List<WeakReference<Bytes>> written = new ArrayList<>();
    for (int i = 0; i < WRITES; i++) {
      Bytes value = value(i);
      String key = "k" + i % 4;
      bench.untilServed(() -> session.put(key, value));
      written.add(new WeakReference<>(value));
    }
    return written;
  }

  private static long alive(List<WeakReference<Bytes>> values) {
    System.gc();
    return values.stream().filter(each -> each.get() != null).count();
  }

  @ParameterizedTest
  @MethodSource("weak")
  void whatAMemberIsOwedIsBoundedInBytes(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, Bytes> store = open(bench)) {
      store.cluster().network().cut(ONE, OTHER);
      List<WeakReference<Bytes>> written = write(bench, store.session().at(ONE));
      written.addAll(write(bench, store.session().at(NodeId.of(2))));

      // A primary keeps apart, once more, what was sent and not acknowledged; and on threads the
      // others may not have taken yet what was sent to them last.
      bench.eventually(() -> assertThat(alive(written)).as("values that are kept").isLessThan(250));
      store.cluster().network().heal();
      bench.eventually(
          () -> assertThat(contentsAt(store, OTHER)).isEqualTo(contentsAt(store, ONE)));
      assertThat(store.session().at(OTHER).get("k0")).contains(value(WRITES - 4));
    }
  }

  private static List<Bytes> contentsAt(KVStore<String, Bytes> store, NodeId node) {
    return Stream.of("k0", "k1", "k2", "k3")
        .map(key -> store.session().at(node).get(key, Consistency.EVENTUAL).orElse(Bytes.EMPTY))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("weak")
  void aStoreIsNotWholeWhileAMemberWaitsInVain(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, Bytes> store = open(bench)) {
      assertThat(store.cluster().health()).isEqualTo(Health.WHOLE);
      store.cluster().network().cut(ONE, OTHER);
      bench.untilServed(() -> store.session().at(ONE).put("k0", value(1)));
      bench.untilServed(() -> store.session().at(ONE).put("k1", value(1)));
      bench.untilServed(() -> store.session().at(ONE).put("k2", value(1)));
      bench.pass(Duration.ofMillis(100));
      bench.until(() -> store.cluster().health() == Health.DEGRADED);

      store.cluster().network().heal();
      bench.until(() -> store.cluster().health() == Health.WHOLE);
    }
  }

  static Stream<Setup> weakInVirtualTime() {
    return weak().filter(Setup::isSimulated);
  }

  /** Nothing of it is kept that could be sent again, and many copies have gone nowhere. */
  @ParameterizedTest
  @MethodSource("weakInVirtualTime")
  void aMemberGetsWhatIsLargerThanItMayBeOwedOnceItIsReachedAgain(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, Bytes> store =
        bench
            .builder()
            .values(Codecs.BYTES)
            .limits(Limits.DEFAULT.withOwedBytes(VALUE_BYTES / 10))
            .open()) {
      store.cluster().network().cut(ONE, OTHER);
      for (int i = 0; i < 3; i++) {
        Bytes value = value(i);
        bench.untilServed(() -> store.session().at(ONE).put("k0", value));
        bench.pass(Duration.ofMinutes(1));
      }
      store.cluster().network().heal();
      bench.eventually(
          () -> assertThat(contentsAt(store, OTHER)).isEqualTo(contentsAt(store, ONE)));
      assertThat(contentsAt(store, OTHER)).contains(value(2));
    }
  }
}
