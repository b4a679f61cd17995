package io.kvstore.core.membership;

import io.kvstore.View;
import io.kvstore.core.machine.Recipient;

/** A replica, as those see it that keep the view of its group. */
public interface Member extends Recipient {
  /** Whether it runs no more. */
  boolean isStopped();

  /** Whether it does nothing for now, since its node is paused. */
  boolean isPaused();

  /** Whether it serves in this view. */
  boolean isServingIn(View view);

  /** Takes no request from now on. It is expelled soon; may be called by any thread. */
  void refuseFromNowOn();

  /** Serves no client from now on, until it is started again. */
  void expel();

  /** It beats no more from this time on, until it is woken: nothing can be learned by it. */
  void rest(long now);

  /** It beats again, as if it had never rested. */
  void wake(long now);
}
