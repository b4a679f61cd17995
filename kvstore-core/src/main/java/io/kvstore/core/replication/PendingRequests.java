package io.kvstore.core.replication;

import io.kvstore.core.spi.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Requests that wait until their replica has seen enough to serve them. */
public final class PendingRequests {
  private static final int LIMIT = 20_000;

  private record Waiting(BooleanSupplier isReady, Reply reply, Runnable resume) {}

  private List<Waiting> waiting = new ArrayList<>();

  /** None yet. */
  public PendingRequests() {}

  /** Resumes a request as soon as the condition holds; at once if it does already. */
  public void until(BooleanSupplier isReady, Reply reply, String what, Runnable resume) {
    if (isReady.getAsBoolean()) {
      resume.run();
      return;
    }
    if (waiting.size() >= LIMIT) {
      waiting.removeIf(each -> each.reply().isAbandoned());
    }
    if (waiting.size() >= LIMIT) {
      reply.refuse(
          "this replica has "
              + LIMIT
              + " requests waiting for "
              + what
              + " already: try again later");
      return;
    }
    reply.waitFor(what);
    waiting.add(new Waiting(isReady, reply, resume));
  }

  /** Whether certainly none waits. */
  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** How many wait whose clients still do. */
  public int size() {
    return (int) waiting.stream().filter(each -> !each.reply().isAbandoned()).count();
  }

  /** Resumes what has become ready. To be called whenever the replica has seen more. */
  public void resumeReady() {
    if (waiting.isEmpty()) {
      return;
    }
    List<Waiting> all = waiting;
    waiting = new ArrayList<>();
    for (Waiting each : all) {
      if (each.reply().isAbandoned()) {
        continue;
      }
      if (each.isReady().getAsBoolean()) {
        each.resume().run();
      } else {
        waiting.add(each);
      }
    }
  }
}
