package io.kvstore.core.membership;

import io.kvstore.core.machine.Recipient;

/** A replica, as those see it that keep the view of its group. */
public interface Member extends Recipient {
  /** Whether it runs no more. */
  boolean isStopped();

  /** Takes no request from now on. It is expelled soon; may be called by any thread. */
  void refuseFromNowOn();

  /** Serves no client from now on, until it is started again. */
  void expel();

  /** It beats no more from this time on, until it is woken: nothing can be learned by it. */
  void rest(long now);

  /** It beats again, as if it had never rested. */
  void wake(long now);
}
