package io.kvstore.server.http;

import io.kvstore.server.net.Admission;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The room that a request has among those under way. It is given back at its end; or when it has to
 * wait for what its node has yet to see, for which there is room of its own.
 */
final class Ticket {
  private final Admission underWay;
  private final Admission waitsOfConnection;
  private final AtomicBoolean isGivenBack = new AtomicBoolean();

  /**
   * A ticket for one request.
   *
   * @param underWay the requests of all connections, among which it has been let in
   * @param waitsOfConnection those of its connection that wait
   */
  Ticket(Admission underWay, Admission waitsOfConnection) {
    this.underWay = underWay;
    this.waitsOfConnection = waitsOfConnection;
  }

  /** Lets the next one in. A second call does nothing. */
  void giveBack() {
    if (isGivenBack.compareAndSet(false, true)) {
      underWay.leave();
    }
  }

  /** Gives the room back to wait elsewhere; false when there is no room to wait. */
  boolean beginWaiting(Admission waitsOfNode) {
    if (!waitsOfConnection.tryEnter()) {
      return false;
    }
    if (!waitsOfNode.tryEnter()) {
      waitsOfConnection.leave();
      return false;
    }
    giveBack();
    return true;
  }

  /** It need not wait any more. */
  void endWaiting(Admission waitsOfNode) {
    waitsOfNode.leave();
    waitsOfConnection.leave();
  }
}
