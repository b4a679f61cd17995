package io.kvstore.examples.bench.compare;

import io.kvstore.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The limits: one {@code ConcurrentHashMap}, or three of them that are written one after the other,
 * which is the least that three copies can cost. Reads go to the first.
 */
final class PlainMaps implements Contender {
  private final Entries entries;
  private final List<Map<Bytes, Bytes>> maps = new ArrayList<>();

  PlainMaps(int number, Entries entries) {
    this.entries = entries;
    for (int i = 0; i < number; i++) {
      maps.add(new ConcurrentHashMap<>());
    }
  }

  @Override
  public Client client(int number) {
    return maps.size() == 1 ? new OneMap(maps.get(0)) : new ThreeMaps();
  }

  @Override
  public int members() {
    return maps.size();
  }

  @Override
  public boolean memberHas(int member, int key, int value) {
    Bytes found = maps.get(member).get(entries.key(key));
    return found != null && found.equals(entries.value(value));
  }

  @Override
  public void close() {}

  private abstract class OfMaps implements Client {
    final Map<Bytes, Bytes> first = maps.get(0);

    @Override
    public @Nullable Object get(int key) {
      return first.get(entries.key(key));
    }

    @Override
    public CompletableFuture<?> beginPut(int key, int value) {
      put(key, value);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<?> beginGet(int key) {
      return CompletableFuture.completedFuture(get(key));
    }

    @Override
    public boolean sees(int key, int value) {
      return memberHas(0, key, value);
    }
  }

  private final class OneMap extends OfMaps {
    private final Map<Bytes, Bytes> map;

    OneMap(Map<Bytes, Bytes> map) {
      this.map = map;
    }

    @Override
    public void put(int key, int value) {
      map.put(entries.key(key), entries.value(value));
    }
  }

  private final class ThreeMaps extends OfMaps {
    private final Map<Bytes, Bytes> second = maps.get(1);
    private final Map<Bytes, Bytes> third = maps.get(2);

    @Override
    public void put(int key, int value) {
      Bytes theKey = entries.key(key);
      Bytes theValue = entries.value(value);
      first.put(theKey, theValue);
      second.put(theKey, theValue);
      third.put(theKey, theValue);
    }
  }
}
