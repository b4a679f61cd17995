package io.kvstore.ratis;

import com.google.common.collect.testing.ConcurrentMapTestSuiteBuilder;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.MapFeature;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import junit.framework.Test;
import junit.framework.TestResult;
import junit.framework.TestSuite;
import org.junit.runner.RunWith;
import org.junit.runners.AllTests;

/**
 * Guava's tests of what a {@code ConcurrentMap} must do, run against {@code asMap()} of a client of
 * three processes: ordinarily against maps of one entry; of any size with {@code
 * -Dkvstore.ratis.map=SEQUENTIAL}, and with {@code LINEARIZABLE} for reads through the log.
 */
@RunWith(AllTests.class)
public final class MapViewSuiteTest {
  private static final String LONG = "kvstore.ratis.map";
  private static final Consistency LEVEL =
      Consistency.valueOf(System.getProperty(LONG, "SEQUENTIAL"));
  private static final CollectionSize SIZE =
      System.getProperty(LONG) == null ? CollectionSize.ONE : CollectionSize.ANY;

  private MapViewSuiteTest() {}

  /** The suite, over one store. */
  public static Test suite() {
    Generator maps = new Generator();
    TestSuite all =
        new TestSuite("maps") {
          @Override
          public void run(TestResult result) {
            super.run(result);
            maps.close();
          }
        };
    all.addTest(
        ConcurrentMapTestSuiteBuilder.using(maps)
            .named("map across processes")
            .withFeatures(
                MapFeature.GENERAL_PURPOSE,
                CollectionFeature.SUPPORTS_ITERATOR_REMOVE,
                CollectionFeature.KNOWN_ORDER,
                SIZE)
            .createTestSuite());
    return all;
  }

  /** Makes maps, one after the other, from one store. */
  private static final class Generator extends TestStringMapGenerator {
    private Path directory;
    private Processes processes;
    private KVStore<String, String> store;

    @Override
    protected Map<String, String> create(Entry<String, String>[] entries) {
      if (store == null) {
        open();
      }
      Map<String, String> map = store.asMap();
      map.clear();
      for (Entry<String, String> entry : entries) {
        map.put(entry.getKey(), entry.getValue());
      }
      return map;
    }

    private void open() {
      try {
        directory = Directories.make();
        processes = new Processes(directory, 3, 1);
        store = processes.client(LEVEL, Duration.ofSeconds(20));
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }

    void close() {
      if (store != null) {
        store.close();
        processes.close();
        try {
          Directories.delete(directory);
        } catch (IOException broken) {
          throw new UncheckedIOException(broken);
        }
      }
    }

    @Override
    public Iterable<Entry<String, String>> order(List<Entry<String, String>> insertionOrder) {
      return insertionOrder.stream().sorted(Comparator.comparing(Entry::getKey)).toList();
    }
  }
}
