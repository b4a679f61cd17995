package io.kvstore.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStoreException;
import io.kvstore.OverloadedException;
import io.kvstore.UnavailableException;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Count;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Range;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How the answers of several shards become one. */
final class RoutingTest {
  private static final int SHARDS = 3;
  private final KVStoreException refused = new OverloadedException("too much");
  private final KVStoreException unknown = new IndeterminateException("no answer");
  private static final Answer COUNTED = new Counted(0, Entry.NEVER);

  private final Routing routing = new Routing(new HashRing(SHARDS));

  @Test
  void anAbsentKeyIsToldOfByItsOwnShard() {
    List<Bytes> keys = IntStream.range(0, 30).mapToObj(i -> Bytes.of("k" + i)).toList();
    List<Answer> parts =
        IntStream.range(0, SHARDS)
            .mapToObj(shard -> (Answer) new Listed(List.of(), key -> 100 + shard))
            .toList();

    Listed joined = (Listed) routing.join(new GetMany(keys), parts, List.of());

    assertThat(keys)
        .allSatisfy(
            key -> assertThat(joined.gone(key)).isEqualTo(100 + routing.shardOf(new Get(key))));
  }

  @Test
  void onlyTheShardsOfTheKeysAreAskedForThem() {
    List<Bytes> keys = IntStream.range(0, 30).mapToObj(i -> Bytes.of("k" + i)).toList();
    int first = routing.shardOf(new Get(keys.get(0)));
    List<Bytes> ofOne =
        keys.stream().filter(key -> routing.shardOf(new Get(key)) == first).toList();
    List<Bytes> ofTwo =
        keys.stream().filter(key -> routing.shardOf(new Get(key)) != (first + 1) % SHARDS).toList();

    assertThat(routing.shardOf(new GetMany(ofOne))).isEqualTo(first);
    assertThat(routing.shardOf(new GetMany(ofTwo))).isEqualTo(Routing.SEVERAL);
    assertThat(routing.shardsOf(new GetMany(ofTwo)))
        .isSorted()
        .hasSize(2)
        .doesNotContain((first + 1) % SHARDS);
    assertThat(routing.shardsOf(new Range(Bytes.EMPTY, Bytes.EMPTY, 1))).containsExactly(0, 1, 2);
    assertThat(routing.shardsOf(new Clear())).containsExactly(0, 1, 2);
  }

  @Test
  void whatIsFoundKeepsTheOrderOfTheQuestion() {
    List<Bytes> ofEachShard =
        IntStream.range(0, SHARDS)
            .mapToObj(
                shard ->
                    IntStream.range(0, 1_000)
                        .mapToObj(i -> Bytes.of("k" + i))
                        .filter(key -> routing.shardOf(new Get(key)) == shard)
                        .findFirst()
                        .orElseThrow())
            .toList();
    Pair a = new Pair(ofEachShard.get(0), Entry.tombstone(1, null));
    Pair b = new Pair(ofEachShard.get(1), Entry.tombstone(2, null));
    GetMany asked = new GetMany(List.of(b.key(), ofEachShard.get(2), a.key()));

    Listed joined =
        (Listed)
            routing.join(
                asked,
                List.of(new Listed(List.of(a)), new Listed(List.of(b)), new Listed(List.of())),
                List.of());

    assertThat(joined.pairs()).containsExactly(b, a);
    assertThat(joined.gone(ofEachShard.get(2))).isEqualTo(Answer.UNKNOWN);
  }

  @Test
  void whatOneShardHasRefusedIsUnknownOfAllWhenAnotherHasDoneItAndTellsWhatEachSaid() {
    assertThatThrownBy(() -> routing.join(new Clear(), List.of(COUNTED), List.of(refused, unknown)))
        .isInstanceOf(IndeterminateException.class)
        .hasCause(refused)
        .hasSuppressedException(unknown);
  }

  @Test
  void whatAllHaveRefusedIsRefused() {
    assertThatThrownBy(() -> routing.join(new Clear(), List.of(), List.of(refused, refused)))
        .isSameAs(refused);
    assertThatThrownBy(() -> routing.join(new Clear(), List.of(), List.of(refused, unknown)))
        .isInstanceOf(IndeterminateException.class);
  }

  @Test
  void aQueryFailsWithWhatTheFirstSaidSinceItChangesNothing() {
    var unavailable = new UnavailableException("there is no primary");
    assertThatThrownBy(
            () -> routing.join(new Count(), List.of(COUNTED), List.of(unavailable, unknown)))
        .isSameAs(unavailable);
  }

  @Test
  void partsThatHaveEndedAreJoinedLikeAnswers() {
    CompletableFuture<Answer> counted = CompletableFuture.completedFuture(new Counted(2, 0));
    assertThat(routing.joinEnded(new Count(), List.of(counted, counted)))
        .isEqualTo(new Counted(4, Entry.NEVER));
    assertThatThrownBy(
            () ->
                routing.joinEnded(
                    new Clear(), List.of(counted, CompletableFuture.failedFuture(refused))))
        .hasCause(refused);
  }
}
