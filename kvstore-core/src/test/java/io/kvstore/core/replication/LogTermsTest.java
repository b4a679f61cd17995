package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogTermsTest {
  private final LogTerms terms = new LogTerms();

  /** Terms 3 3 3 5 5 6 at the positions 41 to 46. */
  @BeforeEach
  void fill() {
    terms.restartAfter(40, 3);
    terms.append(41, 3);
    terms.append(42, 3);
    terms.append(43, 3);
    terms.append(44, 5);
    terms.append(45, 5);
    terms.append(46, 6);
  }

  @Test
  void eachEntryHasTheTermInWhichItWasOrdered() {
    assertThat(terms.at(40)).isEqualTo(3);
    assertThat(terms.at(43)).isEqualTo(3);
    assertThat(terms.at(44)).isEqualTo(5);
    assertThat(terms.at(45)).isEqualTo(5);
    assertThat(terms.at(46)).isEqualTo(6);
    assertThat(terms.last()).isEqualTo(6);
  }

  @Test
  void whatIsTakenBackLeavesTheTermBefore() {
    terms.truncateAfter(44);
    assertThat(terms.last()).isEqualTo(5);
    terms.truncateAfter(43);
    assertThat(terms.last()).isEqualTo(3);
    terms.append(44, 7);
    assertThat(terms.at(44)).isEqualTo(7);
  }

  @Test
  void theTermsOfWhatIsLeftAreKept() {
    terms.forgetBefore(45);
    assertThat(terms.at(45)).isEqualTo(5);
    assertThat(terms.at(46)).isEqualTo(6);
    assertThat(terms).hasToString("{44=5, 46=6}");
  }

  @Test
  void anotherLogBeginsWithOneTerm() {
    terms.restartAfter(50, 9);
    assertThat(terms.last()).isEqualTo(9);
    assertThat(terms.at(50)).isEqualTo(9);
  }
}
