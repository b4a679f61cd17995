package io.kvstore.core.api;

import com.google.common.collect.testing.ConcurrentMapTestSuiteBuilder;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.MapFeature;
import io.kvstore.KVStore;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.stream.Stream;
import junit.framework.Test;
import junit.framework.TestResult;
import junit.framework.TestSuite;
import org.junit.runner.RunWith;
import org.junit.runners.AllTests;

/**
 * Guava's tests of what a {@code ConcurrentMap} must do, run against {@code asMap()} of a healthy
 * store in every cell of the matrix but one.
 *
 * <p>The view claims all that a general map can do, removal through iterators and views, and an
 * order of its own, that of the encoded keys. It takes no null key or value, and does not look for
 * one: a query for null throws, as that of a {@code ConcurrentHashMap} does. It never fails when it
 * is changed while somebody walks over it, since they walk over a snapshot. It is not serialisable.
 *
 * <p>A store whose keys have owners is left out: there a client does not always see at once what it
 * has written itself.
 */
@RunWith(AllTests.class)
public final class MapViewSuiteTest {
  private MapViewSuiteTest() {}

  /** One suite for each cell. */
  public static Test suite() {
    TestSuite all = new TestSuite("maps");
    shared().map(Generator::new).forEach(maps -> all.addTest(new ClosingSuite(maps)));
    return all;
  }

  private static Stream<Setup> shared() {
    return Setup.threaded()
        .filter(Setup::servesSeveralKeys)
        .filter(setup -> setup.runner() == Setup.Runner.SHARED && setup.showsOwnWritesAtOnce());
  }

  private static TestSuite suiteOver(Generator maps) {
    return ConcurrentMapTestSuiteBuilder.using(maps)
        .named("map of " + maps.setup.consistency() + " by " + maps.setup.replication())
        .withFeatures(
            MapFeature.GENERAL_PURPOSE,
            CollectionFeature.SUPPORTS_ITERATOR_REMOVE,
            CollectionFeature.KNOWN_ORDER,
            CollectionSize.ANY)
        .createTestSuite();
  }

  /** All tests of the maps of a store, which is closed after them. */
  private static final class ClosingSuite extends TestSuite {
    private final Generator maps;

    ClosingSuite(Generator maps) {
      this.maps = maps;
      addTest(suiteOver(maps));
    }

    @Override
    public void run(TestResult result) {
      super.run(result);
      maps.close();
    }
  }

  /** Makes maps, one after the other, from one store. */
  private static final class Generator extends TestStringMapGenerator {
    private final Setup setup;
    private KVStore<String, String> store;

    Generator(Setup setup) {
      this.setup = setup;
    }

    @Override
    protected Map<String, String> create(Entry<String, String>[] entries) {
      if (store == null) {
        store = setup.bench().open();
      }
      Map<String, String> map = store.asMap();
      map.clear();
      for (Entry<String, String> entry : entries) {
        map.put(entry.getKey(), entry.getValue());
      }
      return map;
    }

    void close() {
      if (store != null) {
        store.close();
      }
    }

    @Override
    public Iterable<Entry<String, String>> order(List<Entry<String, String>> insertionOrder) {
      return insertionOrder.stream().sorted(Comparator.comparing(Entry::getKey)).toList();
    }
  }
}
