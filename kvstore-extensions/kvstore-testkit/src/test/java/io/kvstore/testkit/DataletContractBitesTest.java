package io.kvstore.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.spi.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Each planted bug is found by the test of the contract that is there for it. */
class DataletContractBitesTest {
  @Test
  void aSoundDataletPasses() {
    DataletContract contract = contractOf(MapDatalet::new, false);
    contract.randomWritesHaveTheEffectsOfAMap();
    contract.openingAgainFindsAllThatWasSyncedOrNothing();
    contract.aScanShowsKeysInUnsignedOrder();
    contract.replicasShareNothing();
  }

  @Test
  void aPutThatForgetsWhatWasBefore() {
    assertFails(
        DataletContract::aPutIsSeenAndReturnsWhatWasThereBefore,
        () ->
            new MapDatalet() {
              @Override
              public Entry put(Bytes key, Entry entry) {
                super.put(key, entry);
                return null;
              }
            });
  }

  @Test
  void aTombstoneThatIsTakenForARemoval() {
    assertFails(
        DataletContract::aTombstoneIsAnEntryLikeAnyOther,
        () ->
            new MapDatalet() {
              @Override
              public Entry put(Bytes key, Entry entry) {
                return entry.isTombstone() ? remove(key) : super.put(key, entry);
              }
            });
  }

  @Test
  void anEntryThatLosesItsContext() {
    assertFails(
        DataletContract::everyPartOfAnEntryComesBackAsItWas,
        () ->
            new MapDatalet() {
              @Override
              public Entry put(Bytes key, Entry entry) {
                return super.put(
                    key,
                    new Entry(
                        entry.value(), entry.flags(), entry.version(), entry.expiresAt(), null));
              }
            });
  }

  @Test
  void keysThatAreTakenForText() {
    assertFails(
        DataletContract::keysAreAnyBytes,
        () -> new MapDatalet(Comparator.comparing(Bytes::toText)));
  }

  @Test
  void keysThatAreOrderedAsSigned() {
    assertFails(
        DataletContract::aScanShowsKeysInUnsignedOrder,
        () -> new MapDatalet((left, right) -> Arrays.compare(left.toArray(), right.toArray())));
  }

  @Test
  void aScanThatShowsItsEnd() {
    assertFails(
        DataletContract::aScanBeginsWithItsStartAndEndsBeforeItsEnd,
        () ->
            new MapDatalet() {
              @Override
              public void scan(Bytes from, Bytes to, Visitor visitor) {
                super.scan(from, to.isEmpty() ? to : to.concat(Bytes.of((byte) 0)), visitor);
              }
            });
  }

  @Test
  void aScanThatDoesNotStop() {
    assertFails(
        DataletContract::aVisitorThatHasSeenEnoughSeesNoMore,
        () ->
            new MapDatalet() {
              @Override
              public void scan(Bytes from, Bytes to, Visitor visitor) {
                super.scan(
                    from,
                    to,
                    (key, entry) -> {
                      visitor.visit(key, entry);
                      return true;
                    });
              }
            });
  }

  @Test
  void aClearThatLeavesSomething() {
    assertFails(
        DataletContract::aClearTakesEverythingAway,
        () ->
            new MapDatalet() {
              @Override
              public void clear() {
                entries.keySet().removeIf(key -> entries.size() > 1);
              }
            });
  }

  @Test
  void aRemovalThatComesBack() {
    assertFails(
        DataletContract::randomWritesHaveTheEffectsOfAMap,
        () ->
            new MapDatalet() {
              private int removals;

              @Override
              public Entry remove(Bytes key) {
                return ++removals % 30 == 0 ? entries.get(key) : super.remove(key);
              }
            });
  }

  @Test
  void aCopyThatStaysTheSame() {
    assertFails(
        DataletContract::aCopyAsAWholeGoesItsOwnWay,
        () ->
            new MapDatalet() {
              @Override
              public boolean copyFrom(Datalet other) {
                entries = ((MapDatalet) other).entries;
                return true;
              }
            });
  }

  @Test
  void whatIsStillAndChanges() {
    assertFails(
        DataletContract::whatIsStillStaysAsItWas,
        () ->
            new MapDatalet() {
              @Override
              public Datalet still() {
                return this;
              }
            });
  }

  @Test
  void whatIsUnlikeAndNotShown() {
    assertFails(
        DataletContract::whatIsUnlikeIsShown,
        () ->
            new MapDatalet() {
              @Override
              public boolean forEachUnlike(Datalet other, Visitor visitor) {
                other.forEach(
                    (key, entry) -> entries.containsKey(key) || visitor.visit(key, entry));
                return true;
              }
            });
  }

  @Test
  void replicasThatShareTheirData() {
    MapDatalet shared = new MapDatalet();
    assertFails(DataletContract::replicasShareNothing, () -> shared);
  }

  @Test
  void dataThatIsLostOverARestart() {
    DataletContract contract = contractOf(MapDatalet::new, true);
    assertThatThrownBy(contract::openingAgainFindsAllThatWasSyncedOrNothing)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed 0");
  }

  private static void assertFails(Consumer<DataletContract> test, Supplier<Datalet> broken) {
    DataletContract contract = contractOf(broken, false);
    assertThatThrownBy(() -> test.accept(contract)).isInstanceOf(AssertionError.class);
  }

  private static DataletContract contractOf(Supplier<Datalet> datalets, boolean keepsData) {
    return new DataletContract() {
      @Override
      public DataletFactory factory() {
        return (node, shard) -> datalets.get();
      }

      @Override
      public boolean keepsDataOverRestart() {
        return keepsData;
      }
    };
  }

  private static class MapDatalet implements Datalet {
    TreeMap<Bytes, Entry> entries;

    MapDatalet() {
      this(Comparator.naturalOrder());
    }

    MapDatalet(Comparator<Bytes> order) {
      entries = new TreeMap<>(order);
    }

    @Override
    public Entry get(Bytes key) {
      return entries.get(key);
    }

    @Override
    public Entry put(Bytes key, Entry entry) {
      return entries.put(key, entry);
    }

    @Override
    public Entry remove(Bytes key) {
      return entries.remove(key);
    }

    @Override
    public void scan(Bytes from, Bytes to, Visitor visitor) {
      for (Map.Entry<Bytes, Entry> each : new ArrayList<>(entries.entrySet())) {
        boolean isInRange =
            each.getKey().compareTo(from) >= 0 && (to.isEmpty() || each.getKey().compareTo(to) < 0);
        if (isInRange && !visitor.visit(each.getKey(), each.getValue())) {
          return;
        }
      }
    }

    @Override
    public long size() {
      return entries.size();
    }

    @Override
    public void clear() {
      entries.clear();
    }

    @Override
    public void close() {}
  }
}
