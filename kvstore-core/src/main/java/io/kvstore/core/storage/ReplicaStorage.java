package io.kvstore.core.storage;

import io.kvstore.core.spi.Storage;
import java.util.function.Consumer;
import java.util.function.Function;

/** A storage, as the node sees it that runs the replica. */
public interface ReplicaStorage extends Storage {
  /** What follows belongs to the next view, and comes back as a whole or not at all. */
  void beginInstall();

  /**
   * The replica has taken its place in the view of an epoch.
   *
   * @param then runs on the controlet's loop once that comes back after a crash; where nothing
   *     comes back, at once
   */
  void endInstall(long epoch, Runnable then);

  /**
   * Does something on the applier when its turn comes, beside what the controlet asks for.
   *
   * @param then gets the result on the controlet's loop
   */
  <T> void ask(Function<Applier, T> work, Consumer<T> then);

  /** The same without a result. */
  default void tell(Consumer<Applier> work) {
    ask(
        applier -> {
          work.accept(applier);
          return true;
        },
        done -> {});
  }

  /** Whether results may come after the call that asked for them has returned. */
  default boolean answersLater() {
    return false;
  }

  /** Its replica is lost: what is waiting need not be done, where that can be stopped. */
  default void abandon() {}
}
