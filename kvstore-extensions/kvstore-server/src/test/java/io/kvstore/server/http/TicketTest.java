package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.net.Admission;
import org.junit.jupiter.api.Test;

/** The room of a request that waits. */
class TicketTest {
  private final Admission underWay = new Admission(1);
  private final Admission ofConnection = new Admission(1);
  private final Admission ofNode = new Admission(1);

  private Ticket enter() {
    assertThat(underWay.tryEnter()).isTrue();
    return new Ticket(underWay, ofConnection);
  }

  @Test
  void whoWaitsLetsOthersIn() {
    Ticket waiting = enter();
    assertThat(waiting.beginWaiting(ofNode)).isTrue();
    assertThat(underWay.hasRoom()).isTrue();
    waiting.endWaiting(ofNode);
    waiting.giveBack();
    Ticket next = enter();
    assertThat(underWay.hasRoom()).as("given back once").isFalse();
    next.giveBack();
  }

  @Test
  void noMoreWaitThanThereIsRoomForOnANode() {
    enter().beginWaiting(ofNode);
    Ticket ofAnother = new Ticket(underWay, new Admission(1));
    assertThat(underWay.tryEnter()).isTrue();
    assertThat(ofAnother.beginWaiting(ofNode)).isFalse();
    assertThat(underWay.hasRoom()).as("it does not wait, and keeps its room").isFalse();
  }

  @Test
  void noMoreWaitThanThereIsRoomForOnAConnection() {
    Admission wide = new Admission(2);
    enter().beginWaiting(wide);
    assertThat(enter().beginWaiting(wide)).isFalse();
    assertThat(wide.tryEnter()).isTrue();
  }
}
