package io.kvstore.ratis;

import com.google.common.collect.testing.ConcurrentMapTestSuiteBuilder;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.MapFeature;
import io.kvstore.Consistency;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
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
 * Guava's tests of what a {@code ConcurrentMap} must do, run against {@code asMap()} of a member of
 * three, which does not lead the others in general. {@code -Dkvstore.ratis.map=LINEARIZABLE} reads
 * through the log.
 */
@RunWith(AllTests.class)
public final class MapViewSuiteTest {
  private static final Consistency LEVEL =
      Consistency.valueOf(System.getProperty("kvstore.ratis.map", "SEQUENTIAL"));

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
            .named("map across members")
            .withFeatures(
                MapFeature.GENERAL_PURPOSE,
                CollectionFeature.SUPPORTS_ITERATOR_REMOVE,
                CollectionFeature.KNOWN_ORDER,
                CollectionSize.ANY)
            .createTestSuite());
    return all;
  }

  /** Makes maps, one after the other, from one store. */
  private static final class Generator extends TestStringMapGenerator {
    private Path directory;
    private ThreeMembers members;

    @Override
    protected Map<String, String> create(Entry<String, String>[] entries) {
      if (members == null) {
        try {
          directory = Directories.make();
        } catch (IOException broken) {
          throw new UncheckedIOException(broken);
        }
        members = ThreeMembers.at(directory, LEVEL);
      }
      Map<String, String> map = members.get(2).asMap();
      map.clear();
      for (Entry<String, String> entry : entries) {
        map.put(entry.getKey(), entry.getValue());
      }
      return map;
    }

    void close() {
      if (members != null) {
        members.close();
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
