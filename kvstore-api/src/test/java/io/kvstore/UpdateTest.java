package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Codec.NumberFormat;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an update tells the engine, and what it refuses to be. */
final class UpdateTest {
  private static final Coder<String, String> CODER =
      new Coder<>(Codecs.STRING, Codecs.STRING, Limits.DEFAULT);
  private static final Bytes KEY = Bytes.of("k");

  private static Write encoded(Update<String, String> update) {
    return update.encoded(CODER);
  }

  @Test
  void eachChangeIsEncoded() {
    assertThat(encoded(Update.put("k", "v")))
        .isEqualTo(new Write(KEY, Condition.ALWAYS, new Change.Put(Bytes.of("v"), 0, 0)));
    assertThat(encoded(Update.remove("k")).change()).isEqualTo(Change.REMOVE);
    assertThat(encoded(Update.add("k", -3)).change())
        .isEqualTo(new Change.Add(-3, NumberFormat.DECIMAL));
    assertThat(encoded(Update.append("k", "t")).change())
        .isEqualTo(new Change.Append(Bytes.of("t")));
    assertThat(encoded(Update.prepend("k", "h")).change())
        .isEqualTo(new Change.Prepend(Bytes.of("h")));
  }

  @Test
  void eachConditionIsEncoded() {
    Update<String, String> put = Update.put("k", "v");
    assertThat(encoded(put.ifAbsent()).condition()).isEqualTo(Condition.ABSENT);
    assertThat(encoded(put.ifPresent()).condition()).isEqualTo(Condition.PRESENT);
    assertThat(encoded(put.ifVersion(7)).condition()).isEqualTo(new Condition.VersionIs(7));
    assertThat(encoded(put.ifValue("w")).condition())
        .isEqualTo(new Condition.ValueIs(Bytes.of("w")));
  }

  @Test
  void theLastConditionCounts() {
    assertThat(encoded(Update.put("k", "v").ifAbsent().ifVersion(7).ifPresent()).condition())
        .isEqualTo(Condition.PRESENT);
  }

  @Test
  void aTouchNeedsAnEntry() {
    assertThat(encoded(Update.touch("k", Duration.ofNanos(5))))
        .isEqualTo(new Write(KEY, Condition.PRESENT, new Change.Touch(5)));
  }

  @Test
  void aPutHasFlagsAndALifetimeInAnyOrder() {
    Change expected = new Change.Put(Bytes.of("v"), 3, 1_000_000);
    Duration time = Duration.ofMillis(1);
    assertThat(encoded(Update.put("k", "v").flags(3).lifetime(time).ifAbsent()).change())
        .isEqualTo(expected);
    assertThat(encoded(Update.put("k", "v").ifAbsent().lifetime(time).flags(3)).change())
        .isEqualTo(expected);
  }

  @Test
  void anUpdateIsAValueThatServesManyTimes() {
    Update<String, String> plain = Update.put("k", "v");
    assertThat(encoded(plain.flags(3).ifAbsent())).isNotEqualTo(encoded(plain));
    assertThat(encoded(plain))
        .isEqualTo(new Write(KEY, Condition.ALWAYS, new Change.Put(Bytes.of("v"), 0, 0)));
  }

  @Test
  void aLifetimeBeyondCountingIsTheLongest() {
    Update<String, String> update = Update.put("k", "v").lifetime(Duration.ofSeconds(1L << 62));
    assertThat(encoded(update).change())
        .isEqualTo(new Change.Put(Bytes.of("v"), 0, Long.MAX_VALUE));
  }

  @Test
  void onlyPutsTouchesAndAddsHaveALifetime() {
    for (Update<String, String> update :
        List.<Update<String, String>>of(Update.remove("k"), Update.append("k", "t"))) {
      assertThatThrownBy(() -> update.lifetime(Duration.ofSeconds(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("a lifetime belongs to a put, a touch or an add, not to ");
      assertThatThrownBy(() -> update.flags(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("flags belong to a put, not to ");
    }
    Update<String, String> add = Update.<String, String>add("k", 1).lifetime(Duration.ofNanos(7));
    assertThat(encoded(add).change()).isEqualTo(new Change.Add(1, NumberFormat.DECIMAL, 7));
    assertThatThrownBy(() -> add.flags(1)).hasMessageStartingWith("flags belong to a put");
    assertThatThrownBy(() -> Update.touch("k", Duration.ofSeconds(1)).flags(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("TOUCH");
  }

  @Test
  void aLifetimeIsPositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Update.put("k", "v").lifetime(Duration.ZERO))
        .withMessage("a lifetime must be positive, not PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Update.touch("k", Duration.ofMillis(-1)))
        .withMessage("a lifetime must be positive, not PT-0.001S");
  }

  @Test
  void nothingIsNull() {
    assertThatNullPointerException().isThrownBy(() -> Update.put(null, "v"));
    assertThatNullPointerException().isThrownBy(() -> Update.put("k", null));
    assertThatNullPointerException().isThrownBy(() -> Update.remove(null));
    assertThatNullPointerException().isThrownBy(() -> Update.append("k", null));
    assertThatNullPointerException().isThrownBy(() -> Update.put("k", "v").ifValue(null));
    assertThatNullPointerException().isThrownBy(() -> Update.put("k", "v").lifetime(null));
  }

  @Test
  void theLimitsHoldForAllThatIsSent() {
    Coder<String, String> strict = new Coder<>(Codecs.STRING, Codecs.STRING, new Limits(2, 3, 1));
    assertThat(Update.put("kk", "vvv").encoded(strict).key()).isEqualTo(Bytes.of("kk"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Update.put("kkk", "v").encoded(strict))
        .withMessageContaining("the limit is 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Update.put("k", "v").ifValue("vvvv").encoded(strict))
        .withMessageContaining("the limit is 3");
  }
}
