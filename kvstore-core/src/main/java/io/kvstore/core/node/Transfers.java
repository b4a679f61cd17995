package io.kvstore.core.node;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Courier;
import io.kvstore.core.machine.Recipient;
import io.kvstore.core.membership.Control;
import io.kvstore.core.membership.Control.CopyIsGone;
import io.kvstore.core.membership.Control.CopyPart;
import io.kvstore.core.membership.Control.CopyTaken;
import io.kvstore.core.membership.Control.NextPart;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.RemoteEntries;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.core.spi.Timer;
import io.kvstore.core.storage.Chunk;
import io.kvstore.core.storage.ReplicaStorage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies of everything on their way between the datalets of a group, in chunks.
 *
 * <pre>
 *   receiver                         source
 *      │ ── NextPart, from key ────────▶ │   reads as much as goes into one chunk
 *      │ ◀──────────────── CopyPart ──── │
 *   puts it aside, then asks for the next; after the last:
 *      │ ── CopyTaken ─────────────────▶ │   forgets what it kept for it
 * </pre>
 *
 * <p>What a copy came with, a message or the word to take one's place in a view, is handed over
 * once all of the copy is here, as if it had been as long under way. So neither protocols nor the
 * datalet's contents know of a copy that is not complete. One part at a time is under way: a
 * receiver that is slow is not sent more than it has asked for. What is lost is asked for again,
 * what comes twice is dropped, and what has lost its source is lost as a message would be. Used on
 * the replica's loop.
 */
final class Transfers {
  /** After which time a part that has not come is asked for again. */
  private static final long REPEAT_NANOS = 200_000_000;

  /** For how long a copy is kept that its receiver does not ask for. */
  private static final long KEPT_NANOS = 10_000_000_000L;

  /** A copy that comes here. */
  private static final class Coming {
    private Bytes from = Bytes.EMPTY;
    private boolean isPuttingAside;
    private boolean isComplete;
    private long askedAt;
  }

  /** What happens once copies are here. */
  private record Waiting(List<RemoteEntries> copies, Runnable then) {}

  private final Replica replica;
  private final ReplicaStorage storage;
  private final ReplicaGroup group;
  private final Courier courier;
  private final EventLoop loop;
  private final Timer timer;
  private final Map<RemoteEntries, Coming> coming = new LinkedHashMap<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private final Map<RemoteEntries, Long> offered = new LinkedHashMap<>(); // with their last use

  Transfers(Replica replica, ReplicaStorage storage, ReplicaGroup group, Courier courier) {
    this.replica = replica;
    this.storage = storage;
    this.group = group;
    this.courier = courier;
    this.loop = replica.loop();
    timer = loop.timer(replica, this::repeat);
  }

  /** The copy that a message brings, null when it brings none or brings it along. */
  private static @Nullable RemoteEntries copyIn(@Nullable Contents contents) {
    return contents != null && contents.entries() instanceof RemoteEntries copy ? copy : null;
  }

  // To here

  /** Hands over a message once the copy that it came with is here. */
  void deliver(NodeId from, Message message) {
    RemoteEntries copy = copyIn(message.contents());
    if (copy == null) {
      replica.handle(from, message);
      return;
    }
    boolean isOneComing = coming.keySet().stream().anyMatch(each -> each.source().equals(from));
    if (!isOneComing) { // else its source will have a newer one when that has come
      bring(
          List.of(copy),
          () -> {
            replica.handle(from, message);
            forget(List.of(copy));
            send(from, new CopyTaken(copy));
          });
    }
  }

  /** Which copies this replica needs for the view that these reports lead to. */
  List<RemoteEntries> neededFor(List<MemberReport> members, List<MemberReport> joiners) {
    List<MemberReport> all = new ArrayList<>(members);
    all.addAll(joiners);
    List<RemoteEntries> own = new ArrayList<>();
    for (MemberReport each : all) {
      RemoteEntries copy = copyIn(each.contents());
      if (copy != null && copy.source().equals(replica.self())) {
        own.add(copy);
      }
    }
    List<RemoteEntries> needed = new ArrayList<>();
    for (MemberReport each :
        all.get(0).neededBy(replica.self(), storage.isDurable(), members, joiners)) {
      RemoteEntries copy = copyIn(each.contents());
      boolean isHere =
          copy == null
              || copy.source().equals(replica.self())
              || own.stream().anyMatch(copy::areSameAs);
      if (copy != null && !isHere) {
        needed.add(copy);
      }
    }
    return needed;
  }

  /** Does something once copies are here: at once when there are none to wait for. */
  void bring(List<RemoteEntries> copies, Runnable then) {
    for (RemoteEntries copy : copies) {
      if (coming.putIfAbsent(copy, new Coming()) == null) {
        ask(copy);
      }
    }
    waiting.add(new Waiting(copies, then));
    goOn();
  }

  private void goOn() {
    for (Waiting each : List.copyOf(waiting)) {
      if (each.copies().stream().allMatch(this::isHere) && waiting.remove(each)) {
        each.then().run();
      }
    }
  }

  private boolean isHere(RemoteEntries copy) {
    Coming its = coming.get(copy);
    return its != null && its.isComplete;
  }

  /** Copies were taken over. */
  void forget(List<RemoteEntries> copies) {
    for (RemoteEntries copy : copies) {
      coming.remove(copy);
      storage.tell(applier -> applier.copies().forget(copy));
    }
  }

  /** Nothing that waits for a copy happens any more. */
  void giveUp() {
    waiting.clear();
    forget(List.copyOf(coming.keySet()));
  }

  private void ask(RemoteEntries copy) {
    Coming its = coming.get(copy);
    if (its != null) {
      its.askedAt = loop.now();
      send(copy.source(), new NextPart(copy, its.from));
      timer.startIfIdle(REPEAT_NANOS);
    }
  }

  private void onPart(CopyPart part) {
    RemoteEntries copy = part.of();
    Coming its = coming.get(copy);
    if (its == null || its.isComplete || its.isPuttingAside || !its.from.equals(part.from())) {
      return;
    }
    its.isPuttingAside = true;
    storage.ask(
        applier -> {
          applier.copies().putAside(copy, part.chunk().entries());
          return copy;
        },
        done -> onPutAside(copy, its, part.chunk().next()));
  }

  private void onPutAside(RemoteEntries copy, Coming its, Optional<Bytes> next) {
    if (coming.get(copy) != its || replica.isStopped()) {
      return;
    }
    its.isPuttingAside = false;
    its.isComplete = next.isEmpty();
    its.from = next.orElse(Bytes.EMPTY);
    if (its.isComplete) {
      goOn();
    } else {
      ask(copy);
    }
  }

  private void onGone(RemoteEntries copy) {
    if (coming.containsKey(copy)) {
      waiting.removeIf(each -> each.copies().contains(copy));
      forget(List.of(copy));
    }
  }

  // From here

  /** A message that takes a copy along was sent: its receiver will ask for that. */
  void onSent(Message message) {
    RemoteEntries copy = copyIn(message.contents());
    if (copy != null) {
      offered.put(copy, loop.now());
      timer.startIfIdle(REPEAT_NANOS);
    }
  }

  private void onNext(NodeId from, NextPart next) {
    RemoteEntries copy = next.of();
    offered.computeIfPresent(copy, (same, before) -> loop.now());
    storage.ask(
        applier -> applier.copies().chunk(copy, next.from(), group.chunkSize()),
        (Optional<Chunk> chunk) ->
            send(
                from,
                chunk
                    .<Control>map(part -> new CopyPart(copy, next.from(), part))
                    .orElseGet(() -> new CopyIsGone(copy))));
  }

  private void release(RemoteEntries copy) {
    if (offered.remove(copy) != null) {
      storage.tell(applier -> applier.copies().release(copy));
    }
  }

  /** All members have taken their places: none needs what this one had when it was frozen. */
  void onView() {
    offered.clear();
    storage.tell(applier -> applier.copies().releaseAll());
  }

  // Both

  /** Takes a message; tells whether it was one of these. */
  boolean obey(NodeId from, Control message) {
    if (message instanceof NextPart next) {
      onNext(from, next);
    } else if (message instanceof CopyPart part) {
      onPart(part);
    } else if (message instanceof CopyIsGone gone) {
      onGone(gone.of());
    } else if (message instanceof CopyTaken taken) {
      release(taken.of());
    } else {
      return false;
    }
    return true;
  }

  private void send(NodeId to, Control message) {
    Recipient receiver = group.replicaOrNull(to);
    if (receiver != null && !replica.isStopped()) {
      courier.send(receiver, message);
    }
  }

  private void repeat() {
    long now = loop.now();
    List.copyOf(coming.entrySet()).stream()
        .filter(each -> !each.getValue().isComplete && !each.getValue().isPuttingAside)
        .filter(each -> now - each.getValue().askedAt >= REPEAT_NANOS)
        .forEach(each -> ask(each.getKey()));
    List.copyOf(offered.entrySet()).stream()
        .filter(each -> now - each.getValue() >= KEPT_NANOS)
        .forEach(each -> release(each.getKey()));
    if (!coming.isEmpty() || !offered.isEmpty()) {
      timer.start(REPEAT_NANOS);
    }
  }

  void stop() {
    timer.stop();
    waiting.clear();
    coming.clear();
    offered.clear();
  }
}
