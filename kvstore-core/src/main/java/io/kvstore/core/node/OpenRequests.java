package io.kvstore.core.node;

import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.spi.Timer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests that one replica has taken and not yet answered: a list through themselves. Owned by
 * its loop.
 */
final class OpenRequests {
  private static final long SWEEP_NANOS = 10_000_000;

  private final EventLoop loop;
  private final Timer sweep;
  private @Nullable ClientRequest first;

  /** No requests yet. */
  OpenRequests(EventLoop loop, Actor actor) {
    this.loop = loop;
    sweep = loop.timer(actor, this::endOverdue);
  }

  /** Adds a request. */
  public void add(ClientRequest request) {
    request.next = first;
    request.previous = null;
    if (first != null) {
      first.previous = request;
    }
    first = request;
    sweep.startIfIdle(SWEEP_NANOS);
  }

  /** Takes a request away. */
  public void remove(ClientRequest request) {
    if (request.previous != null) {
      request.previous.next = request.next;
    } else if (first == request) {
      first = request.next;
    } else {
      return;
    }
    if (request.next != null) {
      request.next.previous = request.previous;
    }
    request.next = null;
    request.previous = null;
    if (first == null) {
      sweep.stop();
    }
  }

  /** Ends the requests whose time is over, and lets go of those that were given up. */
  private void endOverdue() {
    for (ClientRequest request = first; request != null; ) {
      ClientRequest next = request.next;
      if (request.isDone()) {
        request.lose("it has ended"); // tells those who depend on it, if that was not done
        remove(request);
      } else if (request.isOverdueAt(loop.now())) {
        request.giveUp();
      }
      request = next;
    }
    if (first != null) {
      sweep.start(SWEEP_NANOS);
    }
  }

  /** Ends all requests that cannot go on elsewhere: their replica is gone. */
  public void failAll(String why) {
    while (first != null) {
      ClientRequest request = first;
      if (!request.moveOn()) {
        request.lose(why);
      }
      remove(request); // last: what throws before is done again
    }
  }

  /** Those that have no answer yet, the oldest first. */
  List<ClientRequest> unanswered() {
    List<ClientRequest> all = new ArrayList<>();
    for (ClientRequest request = first; request != null; request = request.next) {
      if (!request.isDone()) {
        all.add(request);
      }
    }
    Collections.reverse(all);
    return all;
  }

  /** Ends those that were asked of another replica before. */
  void loseRepetitions(String why) {
    unanswered().stream().filter(ClientRequest::isRepetition).forEach(each -> each.lose(why));
  }

  /** Lets those go on elsewhere that can: the group goes on without this replica. */
  void moveOn() {
    for (ClientRequest request = first; request != null; ) {
      ClientRequest next = request.next;
      remove(request);
      if (!request.moveOn()) {
        add(request);
      }
      request = next;
    }
  }
}
