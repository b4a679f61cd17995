package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.Forwarding.ForwardedReply;
import io.kvstore.core.replication.Forwarding.ForwardedRequest;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class ForwardingTest {
  private static final NodeId SERVER = NodeId.of(0);

  private static Asking asking(int client, long sequence) {
    return new Asking(client, sequence, new Get(Bytes.of("k")), Consistency.LINEARIZABLE);
  }

  private final List<String> served = new ArrayList<>();
  private FakeGroup group;
  private RememberedAnswers remembered;
  private Forwarding passing;
  private Forwarding serving;
  private BiConsumer<Request, Reply> serve = this::answerAtOnce;

  private void start(long seed) {
    start(seed, Consistency.LINEARIZABLE);
  }

  private void start(long seed, Consistency level) {
    served.clear();
    group = new FakeGroup(2, seed, level, Replication.PRIMARY);
    remembered = new RememberedAnswers();
    serving =
        new Forwarding(group.env(0), remembered, request -> SERVER, (request, told, reply) -> {});
    passing =
        new Forwarding(
            group.env(1),
            new RememberedAnswers(),
            request -> SERVER,
            (request, told, reply) -> reply.answer(told.answer(), told.position()));
    group.env(0).onMessage(this::atServer);
    group.env(1).onMessage((from, message) -> passing.onMessage(from, message, serve));
  }

  private void atServer(NodeId from, Message message) {
    serving.onForwardedRequest(
        from, (ForwardedRequest) message, (request, reply) -> serve.accept(request, reply));
  }

  private static Answer answerTo(Request request) {
    return new Counted(request.client() * 1_000L + request.sequence(), Entry.NEVER);
  }

  private void answerAtOnce(Request request, Reply reply) {
    served.add(request.client() + "/" + request.sequence());
    reply.answer(answerTo(request), request.sequence());
  }

  private RecordedReply pass(Request request) {
    RecordedReply reply = new RecordedReply();
    group.run(() -> passing.pass(request, reply));
    return reply;
  }

  @Test
  void everyRequestGetsItsOneAnswerOverAnyLinks() {
    for (long seed = 1; seed <= 20; seed++) {
      start(seed);
      group.faults(0.4, 0.4);
      Map<Asking, RecordedReply> replies = new HashMap<>();
      for (int sequence = 1; sequence <= 10; sequence++) {
        for (int client = 0; client < 10; client++) {
          Asking request = asking(client, sequence);
          replies.put(request, pass(request));
        }
        group.pass(Duration.ofSeconds(2));
      }
      String where = "seed " + seed;
      replies.forEach(
          (request, reply) ->
              assertThat(reply.told())
                  .as(where)
                  .containsExactly(
                      "waits for an answer of n0",
                      "answer " + answerTo(request) + " at " + request.sequence()));
    }
  }

  /** A member may serve a read for another, and have a tick ordered in its client's name. */
  @Test
  void aTickOfAClientIsPassedOnBesideItsRequest() {
    start(1);
    serve = (request, reply) -> {};
    Answer answer = new Counted(7, Entry.NEVER);
    RecordedReply write = pass(new Asking(1, 2, new Clear(), Consistency.LINEARIZABLE));
    RecordedReply tick = pass(new Asking(1, 2, new Tick(), Consistency.LINEARIZABLE));

    tell(NodeId.of(1), 2, false, answer); // it does not serve in this view
    assertThat(write.told()).hasSize(1);
    tell(SERVER, 2, true, answer); // owed for a tick: what has its number is another thing
    assertThat(write.told()).hasSize(1);
    assertThat(tick.told()).endsWith("answer " + answer + " at 9");
    tell(SERVER, 2, false, answer);
    assertThat(write.told()).endsWith("answer " + answer + " at 9");
    assertThat(tick.told()).hasSize(2);
  }

  private void tell(NodeId from, long sequence, boolean isOfTick, Answer answer) {
    group.run(
        () ->
            passing.onForwardedReply(
                from, new ForwardedReply(1, 1, sequence, isOfTick, answer, 9, "")));
  }

  @Test
  void aRefusalIsPassedBack() {
    start(1);
    serve = (request, reply) -> reply.refuse("not today");
    RecordedReply reply = pass(asking(1, 1));
    group.pass(Duration.ofSeconds(1));

    assertThat(reply.told()).endsWith("refused: not today");
  }

  @Test
  void whatWasServedInAViewBeforeIsNotRefused() {
    start(1);
    List<Reply> open = new ArrayList<>();
    serve = (request, reply) -> open.add(reply);
    RecordedReply reply = pass(asking(1, 1));
    group.pass(Duration.ofSeconds(1));
    group.nextEpoch();
    group.run(() -> open.get(0).refuse("it was lost")); // it may be served by another by now
    group.pass(Duration.ofSeconds(1));

    assertThat(reply.told()).noneMatch(each -> each.startsWith("refused"));
  }

  @Test
  void aRequestThatIsBeingServedIsNotServedAgain() {
    start(1);
    List<Reply> open = new ArrayList<>();
    serve = (request, reply) -> open.add(reply);
    RecordedReply reply = pass(asking(1, 1));
    group.pass(Duration.ofSeconds(1));
    assertThat(open).hasSize(1);
    assertThat(open.get(0).isAbandoned()).isFalse();

    group.run(() -> open.get(0).answer(answerTo(asking(1, 1)), 1));
    group.pass(Duration.ofSeconds(1));
    assertThat(reply.told()).hasSize(2);
  }

  @Test
  void aClientThatGivesUpIsNotAskedForAnyMore() {
    start(1);
    group.env(0).setDown(true);
    RecordedReply reply = pass(asking(1, 1));
    group.pass(Duration.ofSeconds(1));
    reply.abandon();
    group.pass(Duration.ofMillis(50));
    group.env(0).setDown(false);
    group.pass(Duration.ofSeconds(1));

    assertThat(served).isEmpty();
  }

  @Test
  void aRequestThatIsRepeatedNoMoreIsAbandonedAndServedAgainIfItIs() {
    start(1);
    List<Reply> open = new ArrayList<>();
    serve = (request, reply) -> open.add(reply);
    RecordedReply reply = pass(asking(1, 1));
    group.pass(Duration.ofSeconds(1));
    group.env(1).setDown(true);
    group.pass(Duration.ofSeconds(2));
    assertThat(open).hasSize(1);
    assertThat(open.get(0).isAbandoned()).isTrue();
    group.env(1).setDown(false);
    group.pass(Duration.ofSeconds(1));
    assertThat(open).hasSize(2);
    assertThat(open.get(1).isAbandoned()).isFalse();

    group.run(() -> open.get(1).answer(answerTo(asking(1, 1)), 1));
    group.pass(Duration.ofSeconds(1));
    assertThat(reply.told()).hasSize(2);
  }

  @Test
  void anAnswerToAnOlderRequestOfItsClientIsNobodys() {
    start(1);
    List<Reply> open = new ArrayList<>();
    serve = (request, reply) -> open.add(reply);
    RecordedReply first = pass(asking(1, 1));
    group.pass(Duration.ofSeconds(1));
    first.abandon();
    RecordedReply second = pass(asking(1, 2));
    group.run(() -> open.get(0).answer(answerTo(asking(1, 1)), 1));
    group.pass(Duration.ofSeconds(1));

    assertThat(second.told()).containsExactly("waits for an answer of n0");

    group.run(() -> open.forEach(each -> each.answer(answerTo(asking(1, 2)), 2)));
    group.pass(Duration.ofSeconds(1));
    assertThat(second.told()).hasSize(2);
    assertThat(first.told()).hasSize(1);
  }

  @Test
  void whatMayHaveBeenPerformedAndForgottenIsNotServedAgain() {
    start(1);
    serve = (request, reply) -> {};
    RecordedReply first = pass(asking(1, 1));
    RecordedReply second = pass(asking(2, 1));
    group.pass(Duration.ofSeconds(1));
    serve = this::answerAtOnce;
    group.run(
        () -> {
          group.nextEpoch();
          remembered.begin(2, 1); // of this request it is known
          remembered.forgetBefore(group.env(0).view().epoch());
          serving.restart();
          passing.restart();
        });
    RecordedReply third = pass(asking(3, 1));
    group.pass(Duration.ofSeconds(1));

    assertThat(served).containsExactlyInAnyOrder("2/1", "3/1");
    assertThat(first.told()).hasSize(1);
    assertThat(second.told()).hasSize(2);
    assertThat(third.told()).hasSize(2);
  }

  @Test
  void afterANewViewWhatWasUnderWayIsAskedForAgain() {
    start(1);
    List<Reply> open = new ArrayList<>();
    serve = (request, reply) -> open.add(reply);
    RecordedReply reply = pass(asking(1, 1));
    group.pass(Duration.ofSeconds(1));
    serve = this::answerAtOnce;
    group.run(
        () -> {
          group.nextEpoch();
          serving.restart();
          passing.restart();
        });
    assertThat(open.get(0).isAbandoned()).isTrue();
    group.pass(Duration.ofSeconds(1));

    assertThat(served).containsExactly("1/1");
    assertThat(reply.told()).hasSize(2);
  }

  // Servers that are not heard

  @Test
  void aServerThatTakesItsTimeIsHeard() {
    start(1);
    serve = (request, reply) -> {};
    pass(asking(1, 1));
    group.pass(Duration.ofSeconds(5));

    assertThat(group.env(1).suspected()).isEmpty();
    assertThat(passing.isCutOff()).isFalse();
  }

  @Test
  void aServerThatMayHaveForgottenARequestIsHeard() {
    start(1);
    serve = (request, reply) -> {};
    pass(asking(1, 1));
    group.pass(Duration.ofSeconds(1));
    group.run(
        () -> {
          group.nextEpoch();
          remembered.forgetBefore(group.env(0).view().epoch());
          serving.restart();
          passing.restart();
        });
    group.pass(Duration.ofSeconds(5));

    assertThat(group.env(1).suspected()).isEmpty();
  }

  @Test
  void aServerThatIsNotHeardIsComplainedOf() {
    start(1);
    group.env(0).setDown(true);
    pass(asking(1, 1));
    group.pass(Duration.ofMillis(400));
    assertThat(group.env(1).suspected()).isEmpty();
    group.pass(Duration.ofMillis(200));
    assertThat(group.env(1).suspected()).containsExactly(SERVER);
  }

  @Test
  void aNewViewBeginsToListenAnew() {
    start(1);
    group.env(0).setDown(true);
    pass(asking(1, 1));
    group.pass(Duration.ofMillis(400));
    group.run(
        () -> {
          group.nextEpoch();
          passing.restart();
        });
    group.pass(Duration.ofMillis(400));
    assertThat(group.env(1).suspected()).isEmpty();
  }

  @Test
  void atTheEventualLevelItsClientsAreSentElsewhereUntilItIsHeard() {
    start(1, Consistency.EVENTUAL);
    group.env(0).setDown(true);
    RecordedReply reply = pass(asking(1, 1));
    assertThat(passing.isCutOff()).isFalse();
    group.pass(Duration.ofSeconds(1));
    assertThat(passing.isCutOff()).isTrue();
    assertThat(group.env(1).moves()).isPositive();
    assertThat(group.env(1).suspected()).isEmpty();

    group.env(0).setDown(false);
    group.pass(Duration.ofSeconds(1));
    assertThat(reply.told()).hasSize(2);
    assertThat(passing.isCutOff()).isFalse();
  }
}
