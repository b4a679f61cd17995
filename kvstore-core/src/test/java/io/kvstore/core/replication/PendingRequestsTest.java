package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingRequestsTest {
  private final PendingRequests pendingRequests = new PendingRequests();
  private final List<String> resumed = new ArrayList<>();
  private long seen;

  private RecordedReply park(String name, long until) {
    RecordedReply reply = new RecordedReply();
    pendingRequests.until(() -> seen >= until, reply, "position " + until, () -> resumed.add(name));
    return reply;
  }

  @Test
  void whatIsReadyIsNotParked() {
    RecordedReply reply = park("a", 0);

    assertThat(resumed).containsExactly("a");
    assertThat(reply.told()).isEmpty();
  }

  @Test
  void requestsAreResumedOnceWhenTheyAreReadyInTheOrderInWhichTheyCame() {
    park("late", 2);
    RecordedReply reply = park("early", 1);
    park("early too", 1);
    assertThat(reply.told()).containsExactly("waits for position 1");

    pendingRequests.resumeReady();
    assertThat(resumed).isEmpty();
    seen = 1;
    pendingRequests.resumeReady();
    pendingRequests.resumeReady();
    assertThat(resumed).containsExactly("early", "early too");
    seen = 2;
    pendingRequests.resumeReady();
    assertThat(resumed).containsExactly("early", "early too", "late");
  }

  @Test
  void anAbandonedRequestIsNotResumed() {
    park("a", 1).abandon();
    seen = 1;
    pendingRequests.resumeReady();

    assertThat(resumed).isEmpty();
  }

  @Test
  void whatIsResumedCanParkAgainAndResumeOthers() {
    RecordedReply reply = new RecordedReply();
    pendingRequests.until(
        () -> seen >= 1,
        reply,
        "one",
        () -> {
          park("parked again", 2);
          seen = 2;
          pendingRequests.resumeReady();
        });
    park("another", 1);
    seen = 1;
    pendingRequests.resumeReady();
    pendingRequests.resumeReady();

    assertThat(resumed).containsExactlyInAnyOrder("parked again", "another");
  }

  @Test
  void tooManyAreRefusedUnlessSomeHaveGivenUp() {
    List<RecordedReply> replies = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      replies.add(park("waiting", 1));
    }
    assertThat(park("one too many", 1).told())
        .singleElement()
        .asString()
        .startsWith("refused: this replica has 20000 requests waiting");

    replies.get(7).abandon();
    assertThat(park("in its place", 1).told()).containsExactly("waits for position 1");
    seen = 1;
    pendingRequests.resumeReady();
    assertThat(resumed).hasSize(20_000).endsWith("in its place");
  }
}
