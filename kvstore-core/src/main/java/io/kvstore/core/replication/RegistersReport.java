package io.kvstore.core.replication;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.replication.Registers.Answered;
import io.kvstore.core.replication.Registers.State;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Tick;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a member stands whose keys are registers.
 *
 * @param holdings the entries that it shows
 * @param registers what it has accepted in its view, by key
 * @param installed the epoch of that view, 0 if it was in none
 */
public record RegistersReport(MemberReport holdings, Map<Bytes, Accepted> registers, long installed)
    implements MemberReport {
  /**
   * Of each key what was accepted with the highest ballot. Members that have missed the last view
   * have nothing to add: what was chosen before is in the entries with which that began.
   */
  public static Map<Bytes, Accepted> latest(List<MemberReport> members) {
    long last = of(members).stream().mapToLong(RegistersReport::installed).max().orElse(0);
    Map<Bytes, Accepted> latest = new LinkedHashMap<>();
    for (RegistersReport report : of(members)) {
      if (report.installed == last) {
        report.registers.forEach(
            (key, accepted) ->
                latest.merge(
                    key, accepted, (one, two) -> one.ballot() >= two.ballot() ? one : two));
      }
    }
    return latest;
  }

  /** The entries that registers hold. */
  public static List<Pair> entriesOf(Map<Bytes, Accepted> registers) {
    List<Pair> entries = new ArrayList<>();
    registers.forEach(
        (key, accepted) -> {
          Entry entry = accepted.state().entry();
          if (accepted.ballot() > 0 && entry != null) {
            entries.add(new Pair(key, entry));
          }
        });
    return entries;
  }

  /** Remembers what clients were answered by registers. */
  public static void remember(Map<Bytes, Accepted> registers, RememberedAnswers answers) {
    for (Accepted accepted : registers.values()) {
      State state = accepted.state();
      remember(accepted.ballot(), state.time(), state.answered(), answers);
    }
  }

  /** Remembers what clients were answered by one register. */
  static void remember(long ballot, long time, List<Answered> answered, RememberedAnswers answers) {
    for (Answered each : answered) {
      answers.remember(
          new Ordered(ballot, time, each.client(), each.sequence(), new Tick()), each.answer());
    }
  }

  /** The latest time as of which something was written. */
  public static long timeOf(List<MemberReport> members, List<MemberReport> joiners) {
    long latest = Long.MIN_VALUE;
    for (RegistersReport report : of(Stream.concat(members.stream(), joiners.stream()).toList())) {
      latest = Math.max(latest, requireNonNull(report.contents()).time());
      for (Accepted accepted : report.registers.values()) {
        latest = Math.max(latest, accepted.state().time());
      }
    }
    return latest;
  }

  /** The entries that they show. */
  public static List<MemberReport> holdingsOf(List<MemberReport> reports) {
    return of(reports).stream().map(RegistersReport::holdings).toList();
  }

  private static List<RegistersReport> of(List<MemberReport> reports) {
    return reports.stream().map(RegistersReport.class::cast).toList();
  }

  @Override
  public boolean isBlank() {
    Contents all = contents();
    return installed == 0 && (all == null || all.entries().isEmpty());
  }

  @Override
  public boolean remembers() {
    return installed > 0;
  }

  @Override
  public @Nullable Contents contents() {
    return holdings.contents();
  }

  @Override
  public List<MemberReport> neededBy(
      NodeId member, boolean isDurable, List<MemberReport> members, List<MemberReport> joiners) {
    return holdings.neededBy(member, isDurable, holdingsOf(members), holdingsOf(joiners));
  }
}
