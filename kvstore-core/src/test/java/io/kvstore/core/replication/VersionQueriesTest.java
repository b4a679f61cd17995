package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.VersionQueries.Version;
import io.kvstore.core.replication.VersionQueries.VersionQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VersionQueriesTest {
  private static final NodeId TAIL = NodeId.of(1);

  private final FakeGroup group = new FakeGroup(2, 1, Consistency.LINEARIZABLE, Replication.CRAQ);
  private final PendingRequests pendingRequests = new PendingRequests();
  private final VersionQueries member =
      new VersionQueries(group.env(0), () -> TAIL, pendingRequests);
  private final VersionQueries tail =
      new VersionQueries(group.env(1), () -> TAIL, new PendingRequests());
  private final List<String> events = new ArrayList<>();
  private long heldByAll = 7;

  @BeforeEach
  void connect() {
    group
        .env(0)
        .onMessage(
            (from, message) -> {
              events.add("performs up to " + ((Version) message).heldByAll());
              member.onVersion((Version) message);
            });
    group
        .env(1)
        .onMessage((from, message) -> tail.onQuery(from, (VersionQuery) message, heldByAll));
  }

  private void ask(String name) {
    group.run(() -> member.ask(new RecordedReply(), () -> events.add(name + " goes on")));
  }

  @Test
  void aRequestGoesOnOnceTheTailHasAnswered() {
    ask("read");
    assertThat(events).isEmpty();

    group.pass(Duration.ofMillis(10));
    assertThat(events).containsExactly("performs up to 7", "read goes on");
  }

  @Test
  void aQuestionIsRepeatedUntilItIsAnsweredAndNotAfter() {
    group.env(1).setDown(true);
    ask("read");
    group.pass(Duration.ofSeconds(1));
    assertThat(events).isEmpty();

    group.env(1).setDown(false);
    group.pass(Duration.ofMillis(100));
    assertThat(events).containsExactly("performs up to 7", "read goes on");
    group.pass(Duration.ofSeconds(1));
    assertThat(events).hasSize(2);
  }

  /** What was answered before a request came may be older than what it must see. */
  @Test
  void anAnswerToAnEarlierQuestionIsNotEnough() {
    group.run(
        () -> {
          member.ask(new RecordedReply(), () -> events.add("first goes on"));
          member.ask(new RecordedReply(), () -> events.add("second goes on"));
          member.onVersion(new Version(1, 1, 7));
        });
    assertThat(events).containsExactly("first goes on");
  }

  @Test
  void inTheNextViewNothingIsLeftToAsk() {
    group.env(1).setDown(true);
    ask("read");
    group.nextEpoch();
    group.run(
        () -> {
          member.restart();
          pendingRequests.resumeReady();
        });
    group.env(1).setDown(false);
    group.pass(Duration.ofSeconds(1));
    assertThat(events).containsExactly("read goes on");
  }
}
