package io.kvstore.testkit.campaign;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Limits;
import io.kvstore.core.spi.Bounds;
import io.kvstore.spi.Entry;
import io.kvstore.testkit.campaign.Performer.Count;
import io.kvstore.testkit.campaign.Scenario.Setup;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Convergence;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Linearizability;
import io.kvstore.testkit.check.Model;
import io.kvstore.testkit.check.SessionGuarantee;
import io.kvstore.testkit.check.SessionGuarantees;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.history.Disturbance;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.record.Lifetime;
import io.kvstore.testkit.record.Overdue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Checks everything that a cell promises of what came of a scenario. */
final class Judge {
  private static final Budget BUDGET = new Budget(Duration.ofSeconds(2), 256L << 20);

  private static final long LEAST_NANOS = 100_000_000;

  /** What happens at one instant of virtual time is taken down one nanosecond after another. */
  static final long WITHIN_AN_INSTANT = 10_000;

  private static final Model EMPTY = Model.keyValue(null);

  private final Played played;
  private final Cell cell;
  private final Consistency weakest; // that the store was to keep at any time
  private final boolean isOwnProtocol;
  private final boolean hasShards;
  private final Map<String, Verdict> verdicts = new LinkedHashMap<>();

  private Judge(Played played, boolean isOwnProtocol) {
    this.played = played;
    this.isOwnProtocol = isOwnProtocol;
    cell = played.scenario().setup().cell();
    weakest = played.scenario().weakest();
    hasShards = played.scenario().setup().variant().shards() > 1;
  }

  static Judgement judge(Played played) {
    return new Judge(played, false).judge();
  }

  /**
   * The same for one's own protocol, which may keep tombstones for ever, and leave more unknown.
   */
  static Judgement judgeOwnProtocol(Played played) {
    return new Judge(played, true).judge();
  }

  /** Whether clients saw what a level promises, whichever level the store has. */
  static Judgement judgeAs(Consistency level, Played played) {
    String promise = nameOf(level);
    boolean hasShards = played.scenario().setup().variant().shards() > 1;
    return new Judgement(
        Map.of(
            promise,
            byShard(hasShards, played.history(), part -> Levels.check(level, part, BUDGET))));
  }

  private Judgement judge() {
    promise(weakest);
    promiseSessions();
    for (Consistency level : Consistency.values()) {
      // A write that is lost with the only member that has it is missed by all that depends on it.
      boolean isKept = level.isAtLeast(Consistency.SEQUENTIAL) || !played.mayForget();
      if (level.isAtLeast(weakest) && level != weakest && isKept && !hasShards) {
        promiseMeanwhile(level);
      }
    }
    // Who was left out of the view may not know it yet, and go on; and while a primary is down that
    // has not waited for the others, what only its disk has is missed.
    Setup setup = played.scenario().setup();
    boolean failsOver = setup.failsOver();
    boolean mayMiss = setup.isDurable() && setup.acks() == 1 && played.scenario().hasHastyPrimary();
    if (!mayMiss
        && cell.hasOneWriterForEachKey()
        && !cell.isStrong()
        && !failsOver
        && !played.mayForget()
        && !played.scenario().isChanging()
        && played.scenario().setup().variant().capacity() == 0
        && !played.scenario().asksFor(Action.Kind.CLEAR)) { // which belongs to no key
      verdicts.put("one by one", isOneByOne());
    }
    verdicts.put("lasting", lasts());
    verdicts.put("behaving", behaves());
    verdicts.put("agreeing", played.contents().agreement());
    if (!played.mayForget()) {
      verdicts.put("keeping", keepsWhatWasAnswered());
    }
    if (!isOwnProtocol) {
      verdicts.put("progressing", progresses());
      verdicts.put("tidy", isTidy());
      if (!played.scenario().hasHastyPrimary()) { // which may give versions that others give, too
        verdicts.put("one version", showsOneEntryOfAVersion());
      }
      verdicts.put("leaving nothing", leavesNothing());
      verdicts.put("telling", tells());
    }
    verdicts.put("showing", shows());
    verdicts.put("watching", WatchJudge.judge(played));
    verdicts.put("counting", counts());
    return new Judgement(verdicts);
  }

  private static String nameOf(Consistency level) {
    return level.name().toLowerCase(Locale.ROOT);
  }

  private void promise(Consistency level) {
    verdicts.put(
        nameOf(level),
        byShard(hasShards, played.history(level), part -> Levels.check(level, part, BUDGET)));
  }

  /** Shards promise nothing together: what they do promise is held against each key. */
  private static Verdict byShard(
      boolean hasShards, History history, Function<History, Verdict> check) {
    if (!hasShards) {
      return check.apply(history);
    }
    Set<Integer> keys = new TreeSet<>();
    for (int row = 0; row < history.size(); row++) {
      keys.add(history.key(row));
    }
    Verdict verdict = new Holds();
    for (int key : keys) {
      Verdict ofKey = check.apply(history.only(row -> history.key(row) == key));
      verdict = ofKey instanceof Holds ? verdict : ofKey;
      if (verdict instanceof Broken) {
        return verdict;
      }
    }
    return verdict;
  }

  /** What a store that changes has promised for some time only holds for that time. */
  private void promiseMeanwhile(Consistency level) {
    History history = played.recorder().history(Consistency.EVENTUAL);
    Verdict verdict = new Holds();
    long end = System.nanoTime() + BUDGET.time().toNanos();
    for (Phase phase : Phase.of(level, cell.consistency(), played.views())) {
      Verdict ofPhase = new Excerpt(history, phase).check(level, budgetUntil(end));
      verdict = ofPhase instanceof Broken || verdict instanceof Holds ? ofPhase : verdict;
      if (verdict instanceof Broken) {
        break;
      }
    }
    verdicts.put(nameOf(level) + " meanwhile", verdict);
  }

  /** All phases of a run share one: some that find no end must not take it once more each. */
  private static Budget budgetUntil(long end) {
    long left = Math.max(LEAST_NANOS, end - System.nanoTime());
    return new Budget(Duration.ofNanos(left), BUDGET.bytes());
  }

  /**
   * Whatever is at least causal has all session guarantees: they are looked for where it is not.
   */
  private void promiseSessions() {
    if (weakest.isAtLeast(Consistency.CAUSAL)) {
      boolean isImplied = verdicts.get(nameOf(weakest)) instanceof Holds;
      for (SessionGuarantee guarantee : SessionGuarantee.values()) {
        verdicts.put(guarantee.toString(), isImplied ? new Holds() : keeps(guarantee));
      }
    }
  }

  private Verdict keeps(SessionGuarantee guarantee) {
    return byShard(
        hasShards,
        played.history(weakest),
        part -> SessionGuarantees.check(part, guarantee, EMPTY, BUDGET));
  }

  /** All writes of a key are performed one after the other, whatever readers see. */
  private Verdict isOneByOne() {
    History writes = played.history().only(i -> played.history().kind(i) != Kind.READ);
    return Linearizability.check(writes, EMPTY, BUDGET);
  }

  /** A lifetime begins between its call and its answer, as long as all clocks are right. */
  private Verdict lasts() {
    if (played.disturbances().stream().anyMatch(each -> each.kind() == Disturbance.Kind.CLOCK)) {
      return new Holds();
    }
    for (Lifetime lifetime : played.recorder().lifetimes()) {
      if (lifetime.isCutShort()) {
        return broken(lifetime.key(), "a lifetime began before its call: " + lifetime);
      }
      if (lifetime.isTooLong()) {
        return broken(lifetime.key(), "a lifetime began after its answer: " + lifetime);
      }
    }
    return played.recorder().overdue().stream()
        .findFirst()
        .<Verdict>map(Judge::brokenBy)
        .orElseGet(Holds::new);
  }

  private static Verdict brokenBy(Overdue shown) {
    return broken("", "what had expired before it was asked for was shown: " + shown);
  }

  private Verdict behaves() {
    List<String> wrong = played.recorder().wrongAnswers();
    if (!wrong.isEmpty()) {
      return broken("", wrong.get(0));
    }
    if (played.misbehaviour().isPresent()) {
      return broken("", played.misbehaviour().get());
    }
    // Where members are suspected without a reason, one may be left out just then.
    int allowed = played.scenario().setup().variant().isUnusual() ? 1 : 0;
    return played.refusedAtTheEnd() <= allowed
        ? new Holds()
        : broken(
            "",
            played.refusedAtTheEnd() + " operations were not done when everything worked again");
  }

  /**
   * Whatever is asked for is done as long as those are there that must be, and answered as long as
   * nothing is wrong but the links.
   */
  private Verdict progresses() {
    // Members that are suspected without a reason, or are left out as soon as they are owed a
    // little, make the view change at any time.
    Scenario scenario = played.scenario();
    boolean mayOwe = scenario.limits().owedBytes() == Limits.DEFAULT.owedBytes();
    boolean viewStays = mayOwe && !scenario.setup().variant().isUnusual();
    if (viewStays && played.refusedWithoutOne() > 0) {
      return broken(
          "", played.refusedWithoutOne() + " operations were not done while one node was away");
    }
    if (viewStays && played.givenUpMeanwhile() > 0) {
      return broken(
          "",
          played.givenUpMeanwhile()
              + " operations were not answered that were under way when one node was lost");
    }
    // Who keeps little refuses while a member does not acknowledge: of what was asked of another
    // before, that is half of the truth.
    Variant variant = scenario.setup().variant();
    boolean mustAnswer = mayOwe && variant.mustAnswer() && variant.bounds().equals(Bounds.DEFAULT);
    return mustAnswer && played.unknownMeanwhile() > 0
        ? broken(
            "",
            played.unknownMeanwhile()
                + " operations had an unknown outcome, though links only lost messages")
        : new Holds();
  }

  /** What a client was told that it has written is there, unless something newer is. */
  private Verdict keepsWhatWasAnswered() {
    Map<Bytes, Entry> contents = played.contents().asTheFirstHas();
    return Convergence.checkKept(
        played.history(),
        key -> {
          Entry entry = contents.get(Bytes.of(String.valueOf(key)));
          return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.version());
        },
        played.scenario().hasHastyPrimary());
  }

  /** Nothing is kept for others, or for later, once nothing is left to happen. */
  private Verdict leavesNothing() {
    return played.left().isEmpty()
        ? new Holds()
        : broken("", "what is kept when nothing is left to happen: " + played.left());
  }

  /** Of one version of a key everyone sees the same. */
  private Verdict showsOneEntryOfAVersion() {
    return played.recorder().unlike().<Verdict>map(how -> broken("", how)).orElseGet(Holds::new);
  }

  /** What the cluster tells of its replicas is so. */
  private Verdict tells() {
    return played.figures().<Verdict>map(wrong -> broken("", wrong)).orElseGet(Holds::new);
  }

  /** In whatever way it is read in the end, a store shows what its replicas hold. */
  private Verdict shows() {
    return played.shown().<Verdict>map(wrong -> broken("", wrong)).orElseGet(Holds::new);
  }

  /** As many entries were counted as could be there. */
  private Verdict counts() {
    if (played.counts().isEmpty()) {
      return new Holds();
    }
    History history = played.history(Consistency.EVENTUAL);
    // Histories leave out what was prepended and not answered.
    int leftOut = played.scenario().asksFor(Action.Kind.PREPEND) ? 1 : 0;
    for (Count count : played.counts()) {
      Set<Integer> possible = new TreeSet<>();
      Set<Integer> certain = new TreeSet<>();
      Set<Integer> removed = new TreeSet<>();
      for (int row = 0; row < history.size(); row++) {
        boolean isBefore = history.invoked(row) <= count.answered() + WITHIN_AN_INSTANT;
        if (history.kind(row) == Kind.DELETE && isBefore) {
          removed.add(history.key(row));
        } else if (history.kind(row) != Kind.READ && isBefore) {
          possible.add(history.key(row));
          boolean isDone = history.outcome(row) == Outcome.OK;
          if (isDone && history.returned(row) < count.asked() - WITHIN_AN_INSTANT) {
            certain.add(history.key(row));
          }
        }
      }
      certain.removeAll(removed);
      int least = weakest == Consistency.LINEARIZABLE ? certain.size() : 0;
      int most = possible.size() + leftOut;
      if (count.entries() < least || count.entries() > most) {
        return broken("", count + " where " + least + " to " + most + " could be there");
      }
    }
    return new Holds();
  }

  /** Nothing is kept of what was removed, once all replicas know. */
  private Verdict isTidy() {
    for (Map<Bytes, Entry> each : played.contents().ofEach()) {
      for (Map.Entry<Bytes, Entry> kept : each.entrySet()) {
        if (kept.getValue().isTombstone()) {
          return broken(
              kept.getKey().toText(), "a tombstone was not collected: " + kept.getValue());
        }
      }
    }
    return new Holds();
  }

  private static Broken broken(String key, String why) {
    return new Broken(key, why, List.of(), List.of());
  }
}
