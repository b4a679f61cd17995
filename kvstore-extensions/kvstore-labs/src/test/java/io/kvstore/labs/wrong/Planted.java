package io.kvstore.labs.wrong;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.labs.solution.PrimaryBackupSolution;

/** The protocol of lab 6. Reading on is reading the last chapter first. */
public final class Planted extends PrimaryBackupSolution {
  public Planted(Env env) {
    super(env);
  }

  @Override
  protected void onProtocolMessage(NodeId from, Message message) {
    super.onProtocolMessage(from, message);
    if (message instanceof Append) {
      performUpTo(held());
    }
  }
}
