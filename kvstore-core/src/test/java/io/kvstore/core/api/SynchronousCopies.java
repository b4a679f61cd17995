package io.kvstore.core.api;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Query;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A protocol as a user may write it: the primary copies one command at a time to every backup, and
 * performs it once all of them have. It knows nothing but what the core exports.
 *
 * <p>Invariant: a backup has performed what its primary has, and at most one command more.
 *
 * <pre>
 *   client        primary          backups
 *     ── write ──▶  │ ── Copy ──────▶ │     performed
 *                   │ ◀─── Copied ─── │
 *     ◀─ answer ──  │ when the last Copied is here: performed
 * </pre>
 */
final class SynchronousCopies implements Controlet {
  record Copy(long epoch, Ordered ordered) implements Message {}

  record Copied(long epoch, long position) implements Message {}

  record Performed(NodeId member, long position, Contents contents) implements MemberReport {}

  private record Waiting(Request request, Reply reply) {}

  private record UnderWay(Ordered ordered, Reply reply, Set<NodeId> missing) {}

  private static final int WAITING_LIMIT = 1_000;
  private static final long AGAIN_AFTER_NANOS = 10_000_000;

  private final Env env;
  private final Timer again;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private @Nullable UnderWay underWay;
  private long performed;
  private long time;

  SynchronousCopies(Env env) {
    this.env = env;
    again = env.timer(this::copy);
  }

  // Requests

  @Override
  public void onRequest(Request request, Reply reply) {
    if (!env.self().equals(env.view().primary())) {
      reply.refuse("only the primary serves: ask " + env.view().primary());
    } else if (request.operation() instanceof Query query) {
      env.storage().query(query, nextTime(), reply::answer);
    } else if (waiting.size() == WAITING_LIMIT) {
      reply.refuse(WAITING_LIMIT + " commands wait already: try again later");
    } else {
      reply.waitFor("its turn");
      waiting.add(new Waiting(request, reply));
      next();
    }
  }

  private void next() {
    while (underWay == null && !waiting.isEmpty()) {
      Waiting first = waiting.remove();
      if (first.reply().begin()) {
        first.reply().waitFor("every backup to perform it");
        Request request = first.request();
        Ordered ordered =
            new Ordered(
                performed + 1,
                nextTime(),
                request.client(),
                request.sequence(),
                request.operation());
        underWay = new UnderWay(ordered, first.reply(), new TreeSet<>(env.view().members()));
        underWay.missing().remove(env.self());
        copy();
      }
    }
  }

  private long nextTime() {
    time = Math.max(time, env.now());
    return time;
  }

  private void copy() {
    UnderWay copied = underWay;
    if (copied == null) {
      return;
    }
    if (copied.missing().isEmpty()) {
      again.stop();
      underWay = null;
      performed = copied.ordered().position();
      env.storage().apply(copied.ordered(), (same, answer) -> copied.reply().answer(answer));
      next();
    } else {
      long epoch = env.view().epoch();
      copied.missing().forEach(member -> env.send(member, new Copy(epoch, copied.ordered())));
      again.start(AGAIN_AFTER_NANOS);
    }
  }

  // Messages

  @Override
  public void onMessage(NodeId from, Message message) {
    if (message instanceof Copy copy) {
      onCopy(from, copy.ordered());
    } else if (message instanceof Copied copied) {
      onCopied(from, copied.position());
    }
  }

  private void onCopy(NodeId from, Ordered ordered) {
    if (ordered.position() == performed + 1) {
      performed = ordered.position();
      time = Math.max(time, ordered.time());
      env.storage().apply(ordered, (same, answer) -> {});
    }
    if (ordered.position() <= performed) {
      env.send(from, new Copied(env.view().epoch(), ordered.position()));
    }
  }

  private void onCopied(NodeId from, long position) {
    UnderWay copied = underWay;
    if (copied != null && copied.ordered().position() == position) {
      copied.missing().remove(from);
      if (copied.missing().isEmpty()) {
        copy();
      }
    }
  }

  // Reconfiguration

  @Override
  public void freeze(Consumer<MemberReport> then) {
    env.storage()
        .snapshot(
            contents -> {
              performed = Math.max(performed, contents.highestVersion());
              then.accept(new Performed(env.self(), performed, contents.asOf(time)));
            });
  }

  /** Everyone takes over from the member that has performed the most. */
  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    Performed most =
        members.stream()
            .map(Performed.class::cast)
            .max(Comparator.comparingLong(Performed::position))
            .orElseThrow();
    time = Math.max(time, most.contents().time());
    boolean isMember =
        members.stream().anyMatch(each -> ((Performed) each).member().equals(env.self()));
    boolean isPrimary = next.primary().equals(env.self());
    if (!isMember || !isPrimary) {
      underWay = null; // the client is told nothing: it finds out by reading
    }
    if (underWay != null) {
      underWay.missing().clear();
      underWay.missing().addAll(next.members());
      underWay.missing().remove(env.self());
    }
    if (underWay != null && most.position() == underWay.ordered().position()) {
      underWay.missing().clear(); // the others take it over from the one that has it
    } else if (!isMember || performed < most.position()) {
      env.storage().replace(most.contents(), () -> {});
      performed = most.position();
    }
  }

  @Override
  public void activate() {
    copy();
    while (!env.self().equals(env.view().primary()) && !waiting.isEmpty()) {
      waiting.remove().reply().refuse("the primary is now " + env.view().primary());
    }
  }
}
