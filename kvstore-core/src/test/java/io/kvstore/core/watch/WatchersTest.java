package io.kvstore.core.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.watch.ChangeLog.Watcher;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchersTest {
  private final Watchers watchers = new Watchers();
  private final List<String> told = new ArrayList<>();

  private Watcher watcher(String name, Runnable also) {
    return new Watcher() {
      @Override
      public void onNews() {
        told.add(name + " news");
        also.run();
      }

      @Override
      public void onEnd() {
        told.add(name + " end");
      }
    };
  }

  private Watcher watcher(String name) {
    return watcher(name, () -> {});
  }

  @Test
  void eachIsWokenOnceInTheOrderInWhichTheyCame() {
    watchers.add(watcher("a"));
    watchers.add(watcher("b"));
    watchers.wakeAll();
    watchers.wakeAll();

    assertThat(told).containsExactly("a news", "b news");
  }

  @Test
  void whoWaitsAgainIsWokenByWhatComesNext() {
    Watcher[] again = new Watcher[1];
    again[0] = watcher("a", () -> watchers.add(again[0]));
    watchers.add(again[0]);
    watchers.wakeAll();
    assertThat(told).containsExactly("a news");
    watchers.wakeAll();

    assertThat(told).containsExactly("a news", "a news");
  }

  @Test
  void whoHasLeftIsNotWoken() {
    Watcher left = watcher("a");
    watchers.add(left);
    watchers.remove(left);
    watchers.wakeAll();

    assertThat(told).isEmpty();
  }

  @Test
  void oneThatFailsKeepsNobodyElseFromBeingTold() {
    watchers.add(
        watcher(
            "a",
            () -> {
              throw new IllegalStateException("broken");
            }));
    watchers.add(watcher("b"));
    watchers.wakeAll();

    assertThat(told).containsExactly("a news", "b news");
  }

  @Test
  void allAreToldOfTheEnd() {
    watchers.add(watcher("a"));
    watchers.add(watcher("b"));
    watchers.endAll();

    assertThat(told).containsExactly("a end", "b end");
  }
}
