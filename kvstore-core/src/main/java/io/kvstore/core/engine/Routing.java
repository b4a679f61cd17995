package io.kvstore.core.engine;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStoreException;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Absent;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Query;
import io.kvstore.spi.Range;
import io.kvstore.spi.Settings;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which shard an operation belongs to, and how the answers of several become one. */
public final class Routing {
  /** Several shards have a part of it. */
  public static final int SEVERAL = -1;

  private final Partitioning partitioning;

  /** Over the shards of a store. */
  public Routing(Settings settings) {
    this(
        settings.splits().isEmpty()
            ? new HashRing(settings.shards())
            : new KeyRanges(settings.splits()));
  }

  Routing(Partitioning partitioning) {
    this.partitioning = partitioning;
  }

  /**
   * The shard of an operation, or {@link #SEVERAL}.
   *
   * @throws IllegalArgumentException when it is a batch or a transaction over several shards
   */
  public int shardOf(Operation operation) {
    if (partitioning.shards() == 1) {
      return 0;
    }
    if (operation instanceof Write write) {
      return partitioning.shardOf(write.key());
    }
    if (operation instanceof Get get) {
      return partitioning.shardOf(get.key());
    }
    if (operation instanceof Batch batch) {
      return shardOf(
          "batch",
          batch.writes().stream().map(Write::key),
          "split the batch, or open the store with shards(1)");
    }
    if (operation instanceof Transaction transaction) {
      return shardOf(
          "transaction",
          transaction.keys(),
          "divide the keys by splitAt(...) so that one shard has all of these, or keep them in a"
              + " store or a table with shards(1)");
    }
    List<Integer> shards = shardsOf(operation);
    return shards.size() == 1 ? shards.get(0) : SEVERAL;
  }

  /** The shards that have a part of an operation which may belong to several, ascending. */
  public List<Integer> shardsOf(Operation operation) {
    IntStream all = IntStream.range(0, partitioning.shards());
    if (operation instanceof Range range) {
      all = all.filter(shard -> partitioning.meets(range, shard));
    } else if (operation instanceof GetMany many && !many.keys().isEmpty()) {
      all = many.keys().stream().mapToInt(partitioning::shardOf).distinct().sorted();
    }
    return all.boxed().toList();
  }

  private int shardOf(String what, Stream<Bytes> keys, String remedy) {
    List<Bytes> all = keys.toList();
    Bytes first = all.get(0);
    int shard = partitioning.shardOf(first);
    for (Bytes key : all) {
      if (partitioning.shardOf(key) != shard) {
        throw new IllegalArgumentException(
            "a "
                + what
                + " must stay in one shard, and '"
                + first
                + "' is in shard "
                + shard
                + " while '"
                + key
                + "' is in shard "
                + partitioning.shardOf(key)
                + ": "
                + remedy);
      }
    }
    return shard;
  }

  /** What one shard has to do for an operation. */
  public Operation partFor(int shard, Operation operation) {
    if (partitioning.shards() > 1 && operation instanceof GetMany many) {
      return new GetMany(
          many.keys().stream().filter(key -> partitioning.shardOf(key) == shard).toList());
    }
    return operation;
  }

  /**
   * One answer from those of all shards that {@linkplain #shardsOf have a part} of an operation, in
   * their order.
   *
   * @param failures of the shards that have none: what is certain of one is not certain of all
   */
  public Answer join(Operation operation, List<Answer> answers, List<KVStoreException> failures) {
    if (failures.isEmpty()) {
      return join(operation, answers);
    }
    boolean nothingDone =
        answers.isEmpty() && failures.stream().noneMatch(KVStoreException::mayHaveBeenApplied);
    if (operation instanceof Query || nothingDone) {
      throw failures.get(0);
    }
    KVStoreException unknown =
        new IndeterminateException(
            "some shards may have applied it, others have not", failures.get(0));
    failures.stream().skip(1).forEach(unknown::addSuppressed);
    throw unknown;
  }

  /** The same of parts that have all ended. */
  public Answer joinEnded(Operation operation, List<CompletableFuture<Answer>> ended) {
    List<Answer> answers = new ArrayList<>();
    List<KVStoreException> failures = new ArrayList<>();
    for (CompletableFuture<Answer> part : ended) {
      try {
        answers.add(part.join());
      } catch (CompletionException failed) {
        failures.add((KVStoreException) requireNonNull(failed.getCause()));
      }
    }
    return join(operation, answers, failures);
  }

  private Answer join(Operation operation, List<Answer> parts) {
    if (operation instanceof Range range) {
      return new Listed(
          pairsOf(parts).sorted(Comparator.comparing(Pair::key)).limit(range.limit()).toList(),
          absentIn(range, parts));
    }
    if (operation instanceof GetMany many) {
      Map<Bytes, Pair> found = new HashMap<>();
      pairsOf(parts).forEach(pair -> found.put(pair.key(), pair));
      return new Listed(
          many.keys().stream().flatMap(key -> Stream.ofNullable(found.get(key))).toList(),
          absentIn(many, parts));
    }
    return new Counted(
        parts.stream().mapToLong(part -> ((Counted) part).number()).sum(), Entry.NEVER);
  }

  /** What the shard of each key tells. */
  private Absent absentIn(Operation operation, List<Answer> parts) {
    return key -> {
      int part = shardsOf(operation).indexOf(partitioning.shardOf(key));
      return part < 0 ? Answer.UNKNOWN : ((Listed) parts.get(part)).gone(key);
    };
  }

  private static Stream<Pair> pairsOf(List<Answer> parts) {
    return parts.stream().flatMap(part -> ((Listed) part).pairs().stream());
  }
}
