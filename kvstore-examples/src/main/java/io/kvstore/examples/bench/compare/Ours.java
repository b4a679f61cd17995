package io.kvstore.examples.bench.compare;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.StoreBuilder;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * This library. Its name says how: the level, then in any order and only where they are not the
 * default a replication, a placement, {@code replicas=5}, {@code shards=8}, {@code sessions=100}
 * (taken in turns by each caller; otherwise all callers share the store's own).
 */
final class Ours implements Contender {
  private final Entries entries;
  private final KVStore<Bytes, Bytes> store;
  private final List<KVStore<Bytes, Bytes>> faces = new ArrayList<>();
  private final List<KVStore<Bytes, Bytes>> members = new ArrayList<>();

  private Ours(KVStore<Bytes, Bytes> store, int sessions, Entries entries) {
    this.store = store;
    this.entries = entries;
    for (int i = 0; i < sessions; i++) {
      faces.add(store.session());
    }
    if (faces.isEmpty()) {
      faces.add(store);
    }
    for (NodeId node : store.cluster().nodes()) {
      members.add(store.at(node));
    }
  }

  static Consistency levelOf(String name) {
    return Consistency.parse(name.split("/", -1)[0]);
  }

  static Ours open(String name, Entries entries) {
    StoreBuilder<Bytes, Bytes> builder =
        KVStore.builder()
            .keys(Codecs.BYTES)
            .values(Codecs.BYTES)
            .consistency(levelOf(name))
            .timeout(Duration.ofSeconds(30))
            .limits(Limits.DEFAULT.withOperationsInFlight(100_000).withHeldBytes(Long.MAX_VALUE));
    Placement placement = Placement.SHARED;
    int sessions = 0;
    for (String part : List.of(name.split("/", -1)).subList(1, name.split("/", -1).length)) {
      int equals = part.indexOf('=');
      int number = equals < 0 ? 0 : Integer.parseInt(part.substring(equals + 1));
      switch (equals < 0 ? part : part.substring(0, equals)) {
        case "replicas" -> builder = builder.replicas(number);
        case "shards" -> builder = builder.shards(number);
        case "sessions" -> sessions = number;
        case "shared" -> placement = Placement.SHARED;
        case "dedicated" -> placement = Placement.DEDICATED;
        default ->
            builder = builder.replication(Replication.valueOf(part.toUpperCase(Locale.ROOT)));
      }
    }
    return new Ours(builder.engine(new InProcess().placement(placement)).open(), sessions, entries);
  }

  @Override
  public Client client(int number) {
    return faces.size() == 1 ? new OneFace(faces.get(0)) : new ManyFaces(number);
  }

  @Override
  public int members() {
    return members.size();
  }

  @Override
  public boolean memberHas(int member, int key, int value) {
    Optional<Bytes> found = members.get(member).get(entries.key(key), Consistency.EVENTUAL);
    return found.equals(Optional.of(entries.value(value)));
  }

  @Override
  public void close() {
    store.close();
  }

  private final class OneFace implements Client {
    private final KVStore<Bytes, Bytes> face;

    OneFace(KVStore<Bytes, Bytes> face) {
      this.face = face;
    }

    @Override
    public void put(int key, int value) {
      face.put(entries.key(key), entries.value(value));
    }

    @Override
    public @Nullable Object get(int key) {
      return face.get(entries.key(key)).orElse(null);
    }

    @Override
    public CompletableFuture<?> beginPut(int key, int value) {
      return face.async().put(entries.key(key), entries.value(value));
    }

    @Override
    public CompletableFuture<?> beginGet(int key) {
      return face.async().get(entries.key(key));
    }

    @Override
    public boolean sees(int key, int value) {
      return face.get(entries.key(key)).equals(Optional.of(entries.value(value)));
    }
  }

  /** Each operation through the next session. */
  private final class ManyFaces implements Client {
    private final List<OneFace> all = faces.stream().map(OneFace::new).toList();
    private int next;

    ManyFaces(int number) {
      next = number * 7919; // callers shall not walk in step
    }

    private OneFace next() {
      return all.get(Math.floorMod(next++, all.size()));
    }

    @Override
    public void put(int key, int value) {
      next().put(key, value);
    }

    @Override
    public @Nullable Object get(int key) {
      return next().get(key);
    }

    @Override
    public CompletableFuture<?> beginPut(int key, int value) {
      return next().beginPut(key, value);
    }

    @Override
    public CompletableFuture<?> beginGet(int key) {
      return next().beginGet(key);
    }

    @Override
    public boolean sees(int key, int value) {
      return next().sees(key, value);
    }
  }
}
