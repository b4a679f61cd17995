package io.kvstore.testkit.campaign;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.spi.Entry;
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
import io.kvstore.testkit.record.Lifetime;
import io.kvstore.testkit.record.Overdue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** Checks everything that a cell promises of what came of a scenario. */
final class Judge {
  private static final Budget BUDGET = new Budget(Duration.ofSeconds(5), 256L << 20);
  private static final Model EMPTY = Model.keyValue(null);

  private final Played played;
  private final Cell cell;
  private final Consistency weakest; // that the store was to keep at any time
  private final boolean isOwnProtocol;
  private final Map<String, Verdict> verdicts = new LinkedHashMap<>();

  private Judge(Played played, boolean isOwnProtocol) {
    this.played = played;
    this.isOwnProtocol = isOwnProtocol;
    cell = played.scenario().setup().cell();
    weakest = played.scenario().weakest();
  }

  static Judgement judge(Played played) {
    return new Judge(played, false).judge();
  }

  /** The same for somebody's own protocol, which may keep tombstones for ever. */
  static Judgement judgeOwnProtocol(Played played) {
    return new Judge(played, true).judge();
  }

  /** Whether clients saw what a level promises, whichever level the store has. */
  static Judgement judgeAs(Consistency level, Played played) {
    String promise = level.name().toLowerCase(Locale.ROOT);
    return new Judgement(Map.of(promise, Levels.check(level, played.history(), BUDGET)));
  }

  private Judgement judge() {
    promise(weakest);
    promiseSessions();
    for (Consistency level : Consistency.values()) {
      // A write that is lost with the only member that has it is missed by whoever depends on it.
      boolean isKept = level.isAtLeast(Consistency.SEQUENTIAL) || !played.mayForget();
      if (level.isAtLeast(weakest) && level != weakest && isKept) {
        promiseMeanwhile(level);
      }
    }
    // Who was left out of the view may not know it yet, and go on.
    boolean failsOver = played.scenario().setup().failsOver();
    if (cell.hasOneWriterForEachKey()
        && !cell.isStrong()
        && !failsOver
        && !played.mayForget()
        && !played.scenario().isChanging()) {
      verdicts.put("one by one", isOneByOne());
    }
    verdicts.put("lasting", lasts());
    verdicts.put("behaving", behaves());
    verdicts.put("agreeing", Convergence.checkAgreement(played.contents()));
    if (!played.mayForget()) {
      verdicts.put("keeping", keepsWhatWasAnswered());
    }
    if (!isOwnProtocol) {
      verdicts.put("tidy", isTidy());
    }
    return new Judgement(verdicts);
  }

  private void promise(Consistency level) {
    verdicts.put(
        level.name().toLowerCase(Locale.ROOT), Levels.check(level, played.history(level), BUDGET));
  }

  /** What a store that changes has promised for some time only holds for that time. */
  private void promiseMeanwhile(Consistency level) {
    History history = played.recorder().history(Consistency.EVENTUAL);
    Verdict verdict = new Holds();
    for (Phase phase : Phase.of(level, cell.consistency(), played.views())) {
      Verdict ofPhase = new Excerpt(history, phase).check(level, BUDGET);
      verdict = ofPhase instanceof Broken || verdict instanceof Holds ? ofPhase : verdict;
      if (verdict instanceof Broken) {
        break;
      }
    }
    verdicts.put(level.name().toLowerCase(Locale.ROOT) + " meanwhile", verdict);
  }

  /** Whatever is at least causal has all session guarantees. */
  private void promiseSessions() {
    if (weakest.isAtLeast(Consistency.CAUSAL)) {
      for (SessionGuarantee guarantee : SessionGuarantee.values()) {
        verdicts.put(
            guarantee.toString(),
            SessionGuarantees.check(played.history(weakest), guarantee, EMPTY, BUDGET));
      }
    }
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

  private static Verdict brokenBy(Overdue read) {
    return broken("", "a read has shown what had expired before it was asked for: " + read);
  }

  private Verdict behaves() {
    List<String> wrong = played.recorder().wrongAnswers();
    if (!wrong.isEmpty()) {
      return broken("", wrong.get(0));
    }
    if (played.misbehaviour().isPresent()) {
      return broken("", played.misbehaviour().get());
    }
    return played.refusedAtTheEnd() == 0
        ? new Holds()
        : broken(
            "",
            played.refusedAtTheEnd() + " operations were not done when everything worked again");
  }

  /** What a client was told that it has written is there, unless something newer is. */
  private Verdict keepsWhatWasAnswered() {
    Map<Bytes, Entry> contents = played.contents().values().iterator().next();
    return Convergence.checkKept(
        played.history(),
        key -> {
          Entry entry = contents.get(Bytes.of(String.valueOf(key)));
          return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.version());
        });
  }

  /** Nothing is kept of what was removed, once everybody knows. */
  private Verdict isTidy() {
    for (Map<Bytes, Entry> each : played.contents().values()) {
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
