package io.kvstore.core.cluster;

import io.kvstore.View;
import io.kvstore.core.loop.Errand;
import io.kvstore.core.spi.Standing;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/**
 * One change of a group: every running member is frozen, all are shown how each of them stood, and
 * all serve in the next epoch.
 *
 * <p>It works on the loops of the members, one step after the other; while it does, calls wait and
 * messages of the old epoch are dropped.
 */
final class Formation extends Errand {
  private final Group group;
  private final List<Replica> members;
  private final AtomicReferenceArray<Optional<Standing>> standings;
  private final AtomicInteger toFreeze;
  private final AtomicInteger toInstall;

  Formation(Group group) {
    this.group = group;
    members = group.running();
    standings = new AtomicReferenceArray<>(members.size());
    toFreeze = new AtomicInteger(members.size());
    toInstall = new AtomicInteger(members.size());
  }

  @Override
  public void run() {
    for (int i = 0; i < members.size(); i++) {
      int index = i;
      Replica member = members.get(i);
      member.loop().execute(() -> member.freeze(standing -> frozen(index, standing)));
    }
  }

  private void frozen(int index, Optional<Standing> standing) {
    standings.set(index, standing);
    if (toFreeze.decrementAndGet() > 0) {
      return;
    }
    View next = group.nextView();
    List<Standing> all =
        IntStream.range(0, members.size())
            .mapToObj(standings::get)
            .flatMap(Optional::stream)
            .toList();
    group.installed(next);
    for (Replica member : members) {
      member
          .loop()
          .execute(
              () -> {
                member.install(next, all);
                toInstall.decrementAndGet();
                wakeWaiter();
              });
    }
  }

  @Override
  public boolean isDone() {
    return toInstall.get() == 0;
  }

  @Override
  public void deliver() {}
}
