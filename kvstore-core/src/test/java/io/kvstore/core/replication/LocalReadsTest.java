package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalReadsTest {
  private static final Bytes KEY = Bytes.of("k");
  private static final long SECOND = 1_000_000_000;

  private record Owed(Request request, Reply reply) {}

  private final FakeGroup group = new FakeGroup(1, 1, Consistency.SEQUENTIAL, Replication.PRIMARY);
  private final FakeGroup.FakeEnv env = group.env(0);
  private final List<Owed> ordered = new ArrayList<>();
  private long position;
  private long time;
  private final LocalReads reads =
      new LocalReads(
          env,
          () -> position,
          () -> time,
          (request, reply) -> ordered.add(new Owed(request, reply)));

  @BeforeEach
  void writeAnEntryThatLivesForASecond() {
    perform(new Write(KEY, Condition.ALWAYS, new Change.Put(Bytes.of("v"), 0, SECOND)));
  }

  private void perform(Operation operation) {
    group.run(
        () -> {
          time = Math.max(time, env.now());
          env.storage()
              .apply(new Ordered(++position, time, 0, position, operation), (same, done) -> {});
        });
  }

  private RecordedReply get(Consistency level) {
    RecordedReply reply = new RecordedReply();
    group.run(() -> reads.read(new Asking(1, 1, new Get(KEY), level), reply));
    return reply;
  }

  @Test
  void anEntryThatLivesIsReadAtOnceWithItsPosition() {
    assertThat(get(Consistency.SEQUENTIAL).told())
        .singleElement()
        .asString()
        .startsWith("answer Found[stored=Entry[value=v")
        .endsWith("at 1");
    assertThat(ordered).isEmpty();
  }

  @Test
  void anEntryThatShouldHaveExpiredIsReadAgainOnceATickWasPerformed() {
    group.pass(Duration.ofSeconds(2));
    RecordedReply reply = get(Consistency.SEQUENTIAL);
    assertThat(reply.told()).isEmpty();
    assertThat(ordered).hasSize(1);
    Owed owed = ordered.get(0);
    assertThat(owed.request().operation()).isEqualTo(new Tick());
    assertThat(owed.request().client()).isOne();

    perform(new Tick());
    group.run(() -> owed.reply().answer(new Counted(0, Entry.NEVER), position));
    assertThat(reply.told()).containsExactly("answer " + Found.NOTHING + " at 2");
  }

  @Test
  void whileTheTickIsUnderWayTheReadCanBeRefusedOrGivenUp() {
    group.pass(Duration.ofSeconds(2));
    RecordedReply reply = get(Consistency.SEQUENTIAL);
    Owed owed = ordered.get(0);
    assertThat(owed.reply().begin()).isTrue();
    reply.abandon();
    assertThat(owed.reply().begin()).isFalse();
    assertThat(owed.reply().isAbandoned()).isTrue();
    owed.reply().refuse("no primary");

    assertThat(reply.told()).containsExactly("refused: no primary");
  }

  private RecordedReply getOnceSeen(Consistency level, PendingRequests pendingRequests) {
    RecordedReply reply = new RecordedReply();
    Request request = new Asking(1, 1, new Get(KEY), level, 2);
    group.run(() -> reads.readOnceSeen(request, reply, pendingRequests, () -> true));
    return reply;
  }

  @Test
  void aReadWaitsForWhatItsSessionHasSeen() {
    PendingRequests pendingRequests = new PendingRequests();
    RecordedReply reply = getOnceSeen(Consistency.SEQUENTIAL, pendingRequests);
    assertThat(reply.told()).containsExactly("waits for what this session has seen to arrive here");
    perform(new Tick());
    group.run(pendingRequests::resumeReady);

    assertThat(reply.told()).hasSize(2).last().asString().endsWith("at 2");
  }

  @Test
  void anEventualReadDoesNot() {
    RecordedReply reply = getOnceSeen(Consistency.EVENTUAL, new PendingRequests());
    assertThat(reply.told()).singleElement().asString().endsWith("at 1");
  }

  @Test
  void anEventualReadGoesByItsOwnClock() {
    group.pass(Duration.ofSeconds(2));

    Found expired = new Found(Entry.tombstone(1, null));
    assertThat(get(Consistency.EVENTUAL).told()).containsExactly("answer " + expired + " at 1");
    assertThat(ordered).isEmpty();
  }

  @Test
  void whatDoesNotCountAnyMoreOnceItIsFoundIsReadInOrder() {
    RecordedReply reply = new RecordedReply();
    Asking asking = new Asking(1, 1, new Get(KEY), Consistency.LINEARIZABLE);
    group.run(() -> reads.read(asking, reply, () -> false));
    assertThat(reply.told()).isEmpty();
    assertThat(ordered).hasSize(1);
    assertThat(ordered.get(0).request().operation()).isEqualTo(new Tick());
  }

  @Test
  void nothingIsOrderedForAReadWhileTheReplicaIsFrozen() {
    group.pass(Duration.ofSeconds(2));
    group.run(reads::freeze);
    RecordedReply reply = get(Consistency.SEQUENTIAL);
    assertThat(ordered).isEmpty();
    group.run(reads::activate);
    assertThat(ordered).hasSize(1);
    assertThat(reply.told()).isEmpty();
  }
}
