package io.kvstore.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.KVStore;
import io.kvstore.Versioned;
import io.kvstore.core.Simulation;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an entry says, and what is written next: functions, tried on a store in virtual time. */
class ClaimsTest {
  private static final long LEASE = 1_000_000_000;
  private static final Terms ANA = new Terms("ana", 1, 1, LEASE);
  private static final Terms BOB = new Terms("bob", 1, 1, LEASE);

  private final Simulation simulation = Simulation.withSeed(1);
  private final KVStore<String, String> store = KVStore.builder().engine(simulation).open();

  @AfterEach
  void close() {
    store.close();
  }

  private Claims write(Claims claims) {
    return Claims.ofEntry(store.update(claims.write("k")).after());
  }

  private static Claims next(Terms terms, Phase phase, Claims now) {
    return terms.next(phase, now, now, false).orElseThrow();
  }

  @Test
  void aClaimKnowsItsEndAndItsTokenOnceItIsWritten() {
    Claims now = write(next(ANA, Phase.WAITING, Claims.NONE));
    Claim ana = now.find("ana").orElseThrow();
    Versioned<String> entry = store.getVersioned("k").orElseThrow();

    assertThat(entry.value()).isEqualTo("ana 1 1000000000 * *");
    assertThat(ana.token()).isEqualTo(entry.version());
    assertThat(ana.endNanos()).isEqualTo(StoreTime.of(entry, Claims.KEPT) + LEASE);
  }

  @Test
  void theNextWriteSaysWhatTheOneBeforeCouldNot() {
    Claims first = write(next(ANA, Phase.WAITING, Claims.NONE));
    Claims second = write(next(BOB, Phase.WAITING, first));

    assertThat(second.find("ana")).isEqualTo(first.find("ana"));
    assertThat(second.find("bob").orElseThrow().token())
        .isGreaterThan(second.find("ana").orElseThrow().token());
    assertThat(second.isAfter(first)).isTrue();
  }

  @Test
  void renewingKeepsTheTokenAndMovesTheEnd() {
    Claims first = write(next(ANA, Phase.WAITING, Claims.NONE));
    simulation.runFor(Duration.ofMillis(100));
    Claims second = write(next(ANA, Phase.HELD, first));

    Claim before = first.find("ana").orElseThrow();
    Claim after = second.find("ana").orElseThrow();
    assertThat(after.token()).isEqualTo(before.token());
    assertThat(after.endNanos() - before.endNanos()).isGreaterThanOrEqualTo(100_000_000);
  }

  @Test
  void onlyTheFirstHoldsWhereThereIsOnePermit() {
    Claims both = next(BOB, Phase.WAITING, next(ANA, Phase.WAITING, Claims.NONE));

    assertThat(ANA.areGranted(both)).isTrue();
    assertThat(BOB.areGranted(both)).isFalse();
    assertThat(BOB.areGranted(both.without("ana"))).isTrue();
    assertThat(both.haveRoomFor(1, 1)).isFalse();
  }

  @Test
  void oneThatWantsMuchIsNotOvertaken() {
    Claims line = Claims.NONE.with("a", 1, LEASE).with("b", 3, LEASE).with("c", 1, LEASE);

    assertThat(line.grant("a", 3)).isTrue();
    assertThat(line.grant("b", 3)).isFalse();
    assertThat(line.grant("c", 3)).isFalse();
    assertThat(line.without("a").grant("b", 3)).isTrue();
    assertThat(line.without("a").grant("c", 3)).isFalse();
    assertThat(line.grant("d", 3)).isFalse();
  }

  @Test
  void whoDoesNotWaitFirstAsksWhatTimeItIs() {
    Claims taken = write(next(ANA, Phase.ASKING, Claims.NONE));

    assertThat(BOB.next(Phase.ASKING, taken, taken, false)).contains(taken);
    assertThat(BOB.next(Phase.ASKING, taken, taken, true)).isEmpty();
    Claims live = taken.without("ana");
    assertThat(BOB.next(Phase.ASKING, taken, live, true).orElseThrow().find("bob")).isPresent();
  }

  @Test
  void aClaimThatIsGoneIsNotPutBackByItsHolder() {
    assertThat(ANA.next(Phase.HELD, Claims.NONE, Claims.NONE, false)).isEmpty();
    assertThat(ANA.next(Phase.LEAVING, Claims.NONE, Claims.NONE, false)).isEmpty();
    assertThat(next(ANA, Phase.WAITING, Claims.NONE).find("ana")).isPresent();
  }

  @Test
  void aClaimIsOverWhenTheStoreHasStampedALaterTime() {
    Claims first = write(next(ANA, Phase.WAITING, Claims.NONE));
    simulation.runFor(Duration.ofMillis(1_001));
    Claims later = write(first);

    assertThat(first.tellTheEndOf(first.find("ana").orElseThrow())).isFalse();
    assertThat(later.tellTheEndOf(later.find("ana").orElseThrow())).isTrue();
  }

  @Test
  void aClaimThatIsNotRenewedForALeaseIsOverdue() {
    Claims claims = write(next(ANA, Phase.WAITING, Claims.NONE));
    Claim ana = claims.line().get(0);
    Overdue overdue = new Overdue();
    overdue.see(claims.line(), 0);

    assertThat(overdue.has(ana, LEASE)).isFalse();
    assertThat(overdue.has(ana, LEASE + LEASE / 50 + 1)).isTrue();
    Claims renewed = write(next(ANA, Phase.HELD, claims));
    overdue.see(renewed.line(), LEASE);
    assertThat(overdue.has(renewed.line().get(0), 2 * LEASE)).isFalse();
  }

  @Test
  void aWriteFailsWhereAnotherVersionIs() {
    Claims first = write(next(ANA, Phase.WAITING, Claims.NONE));
    write(next(BOB, Phase.WAITING, first));

    assertThat(store.update(next(BOB, Phase.WAITING, first).write("k")).applied()).isFalse();
    assertThat(store.update(next(BOB, Phase.WAITING, Claims.NONE).write("k")).applied()).isFalse();
  }

  @Test
  void theLineHasAnEnd() {
    Claims line = Claims.NONE;
    for (int i = 0; i < Claims.MOST; i++) {
      line = line.with("c" + i, 1, LEASE);
    }
    Claims full = line;
    assertThatThrownBy(() -> full.with("more", 1, LEASE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1000 claims");
  }

  @Test
  void whatIsNoClaimIsRefused() {
    store.put("k", "something", Claims.KEPT);
    Optional<Versioned<String>> entry = store.getVersioned("k");
    assertThatThrownBy(() -> Claims.ofEntry(entry))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'something' is no claim");
    store.put("k", "ana 1 1 * *");
    Optional<Versioned<String>> forEver = store.getVersioned("k");
    assertThatThrownBy(() -> Claims.ofEntry(forEver)).hasMessageContaining("never expires");
  }
}
