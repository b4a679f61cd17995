package io.kvstore.core.replication;

import io.kvstore.View;
import io.kvstore.core.replication.UpdateStream.Update;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Tick;
import io.kvstore.spi.VectorClock;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a member that writes independently of the others, and merges what they have
 * written: of two entries of a key the newer one stays (Thomas 1979).
 *
 * <p>At the end of a view every member takes over what any other has. So when the next one begins,
 * all its members hold the same, and agree on the highest version that any of them may have given.
 */
public final class MergingEntries {
  /** Takes what became of a command. */
  @FunctionalInterface
  public interface Written<T> {
    /**
     * Tells the others.
     *
     * @param ordered the command, with its version
     * @param changed the entries that it has changed
     * @param seen the command and what it depends on; zero below the causal level
     * @param caller who is to be answered
     */
    void accept(Ordered ordered, Answer answer, List<Pair> changed, VectorClock seen, T caller);
  }

  private final Env env;
  private final LamportClock clock;
  private final TombstoneCollector collector;
  private final UpdateStream stream;
  private final LongSupplier time;
  private final Eviction eviction;
  private @Nullable View shared; // in which all members began with the same; null when new
  private long agreedVersion; // what the members had when this view was installed
  private long agreedTime;
  private boolean isAllHeard; // what any member of this view may have had

  /**
   * The entries of this member's datalet.
   *
   * @param clock gives its versions, and goes on above all that it takes over
   * @param collector forgets what was removed
   * @param stream tells the others what is written here
   * @param time as of which it writes and merges
   */
  public MergingEntries(
      Env env,
      LamportClock clock,
      TombstoneCollector collector,
      UpdateStream stream,
      LongSupplier time) {
    this.env = env;
    this.clock = clock;
    this.collector = collector;
    this.stream = stream;
    this.time = time;
    eviction = new Eviction(env);
  }

  /**
   * Performs a command here, with the next version.
   *
   * @param context what it depends on, at the causal level
   * @param caller who is to be answered
   * @param then is told that, too, so that it needs no memory of its own
   */
  public <T> void write(Request request, @Nullable VectorClock context, T caller, Written<T> then) {
    Ordered ordered =
        eviction.place(
            clock.nextVersion(env.self()),
            time.getAsLong(),
            request.client(),
            request.sequence(),
            request.operation());
    stream.beginWrite();
    env.storage()
        .update(
            ordered,
            context,
            (answer, changed) -> {
              stream.endWrite();
              collector.onChange(changed);
              then.accept(ordered, answer, changed, seenIn(answer, context), caller);
            });
  }

  private static VectorClock seenIn(Answer answer, @Nullable VectorClock context) {
    if (context == null) {
      return VectorClock.ZERO;
    }
    return answer instanceof Answer.Written written
        ? context.merge(CausalContext.of(written.after()))
        : context;
  }

  /** Performs what another member has written. */
  public void perform(Update update) {
    clock.observeVersion(update.origin().position());
    List<Pair> news = collector.notOutdated(update.changed());
    collector.onChange(news);
    env.storage().merge(update.origin(), news, () -> {});
  }

  /** Takes over entries, where they are newer than what is here. */
  public void take(List<Pair> entries) {
    entries.forEach(pair -> clock.observeVersion(pair.entry().version()));
    collector.onChange(entries);
    merge(entries);
  }

  /** Takes over a copy of all that another member has, where it is newer than what is here. */
  public void takeCopy(Contents copy) {
    clock.observeVersion(copy.highestVersion());
    env.storage().learn(copy.known());
    collector.onCopy();
    merge(copy.entries());
  }

  private void merge(List<Pair> entries) {
    Ordered nobodys =
        new Ordered(clock.count(), time.getAsLong(), Ordered.NO_CLIENT, 0, new Tick());
    env.storage().merge(nobodys, entries, () -> {});
  }

  // Reconfiguration

  /** The view is about to end: nothing is agreed on any more. */
  public void freeze() {
    agreedVersion = 0;
    agreedTime = Long.MIN_VALUE;
  }

  /** What this member brings to the end of the view. */
  public UpdatesReport share() {
    return new UpdatesReport(env.self(), shared, stream.unreceived());
  }

  /**
   * Takes over what any member has: together that is everything that any survivor has shown.
   *
   * @param note takes note of what else each of them brings, before its entries are merged
   */
  public <S extends UpdatesReport.Shared> void takeOver(
      View next, List<S> members, List<S> joiners, Consumer<S> note) {
    List<UpdatesReport> shares = members.stream().map(UpdatesReport.Shared::share).toList();
    if (UpdatesReport.areComplete(shares)) {
      members.forEach(each -> observe(each, note));
      if (!shares.get(0).isOf(shared)) {
        merge(members.get(0).contents().entries());
      }
      shares.forEach(share -> share.told().forEach(update -> take(update.changed())));
    } else {
      members.forEach(each -> takeOver(each, note));
    }
    joiners.forEach(each -> takeOver(each, note));
    isAllHeard =
        !env.storage().isDurable() || members.size() + joiners.size() == next.members().size();
    shared = next;
  }

  private <S extends UpdatesReport.Shared> void takeOver(S member, Consumer<S> note) {
    observe(member, note);
    merge(member.contents().entries());
  }

  private <S extends UpdatesReport.Shared> void observe(S member, Consumer<S> note) {
    Contents contents = member.contents();
    agreeOn(LamportClock.highestVersionAt(member.count()));
    agreeOn(contents.highestVersion());
    agreedTime = Math.max(agreedTime, contents.time());
    clock.observe(member.count());
    clock.observeVersion(contents.highestVersion());
    env.storage().learn(contents.known());
    note.accept(member);
  }

  /**
   * The members of the next view hold what all had: where no node is away, nothing can come any
   * more that is older than this view.
   *
   * @param hasAll whether nothing that was received waits for something else
   */
  public void settle(View next, boolean hasAll) {
    if (hasAll && isAllHeard && env.isWhole()) {
      env.storage().settle(highestBefore(next));
    }
  }

  /** The highest version that a member may have given before a view, also one that was lost. */
  private long highestBefore(View view) {
    return Math.max(agreedVersion, LamportClock.highestVersionBefore(view.epoch()));
  }

  /** A version was given: what comes next goes on above it. */
  public void agreeOn(long version) {
    agreedVersion = Math.max(agreedVersion, version);
  }

  /**
   * What is left to another protocol. The members have taken over from each other what they had,
   * and there were no writes since.
   *
   * @param answers what clients were answered; null when no member has remembered that
   */
  public HandOver handOver(@Nullable RememberedAnswers answers) {
    return new HandOver(highestBefore(env.view()), agreedTime, answers);
  }

  /** Goes on from what another protocol has left. */
  public void inherit(HandOver handOver) {
    isAllHeard = true;
    agreedVersion = handOver.highest();
    agreedTime = handOver.time();
    clock.observeVersion(handOver.highest());
  }
}
