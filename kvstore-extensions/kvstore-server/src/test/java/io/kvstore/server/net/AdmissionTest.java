package io.kvstore.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Room for so many, and word for those who wait. */
class AdmissionTest {
  private final Admission admission = new Admission(2);
  private final List<String> woken = new ArrayList<>();

  private void waitAs(String name) {
    admission.whenThereIsRoom(() -> woken.add(name));
  }

  @Test
  void noMoreComeInThanThereIsRoomFor() {
    assertThat(admission.tryEnter()).isTrue();
    assertThat(admission.tryEnter()).isTrue();
    assertThat(admission.tryEnter()).isFalse();
    admission.leave();
    assertThat(admission.tryEnter()).isTrue();
  }

  @Test
  void whoLeavesWakesTheFirstWhoWaits() {
    admission.tryEnter();
    admission.tryEnter();
    waitAs("first");
    waitAs("second");
    admission.leave();
    assertThat(woken).containsExactly("first");
    admission.leave();
    assertThat(woken).containsExactly("first", "second");
  }

  @Test
  void whoIsWokenForNothingWakesTheNext() {
    admission.tryEnter();
    admission.tryEnter();
    admission.whenThereIsRoom(admission::wakeNext);
    waitAs("second");
    admission.leave();
    assertThat(woken).containsExactly("second");
  }

  @Test
  void nobodyIsWokenWhileThereIsNoRoom() {
    admission.tryEnter();
    admission.tryEnter();
    waitAs("first");
    admission.wakeNext();
    assertThat(woken).isEmpty();
  }
}
