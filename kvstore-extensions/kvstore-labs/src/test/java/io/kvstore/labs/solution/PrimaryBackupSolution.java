package io.kvstore.labs.solution;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.labs.kit.OrderedMember;
import java.util.Map;
import java.util.TreeMap;

/** Lab 1, solved. Wrong solutions override one of its steps. */
public class PrimaryBackupSolution extends OrderedMember {
  /** A write with its position, for the log of a backup. */
  protected record Append(long epoch, Ordered ordered) implements Message {}

  /** The log of the sender is complete up to this position. */
  protected record Appended(long epoch, long upTo) implements Message {}

  /** What is up to this position may be performed. */
  protected record Committed(long epoch, long upTo) implements Message {}

  private final Map<NodeId, Long> heldBy = new TreeMap<>(); // by each backup, as it has said

  public PrimaryBackupSolution(Env env) {
    super(env);
  }

  @Override
  protected void onOrdered(Ordered ordered) {
    backups().forEach(backup -> send(backup, new Append(epoch(), ordered)));
    commit();
  }

  /** Performs what every member holds. */
  protected void commit() {
    long committed = committed();
    if (committed > performed()) {
      performUpTo(committed);
      backups().forEach(backup -> send(backup, new Committed(epoch(), performed())));
    }
  }

  /** Up to where all members hold the log. */
  protected long committed() {
    long committed = held();
    for (NodeId backup : backups()) {
      committed = Math.min(committed, heldBy(backup));
    }
    return committed;
  }

  protected final long heldBy(NodeId backup) {
    return heldBy.getOrDefault(backup, performed()); // what is performed every member holds
  }

  @Override
  protected void onProtocolMessage(NodeId from, Message message) {
    if (message instanceof Append append) {
      take(append.ordered());
      send(from, new Appended(epoch(), toAcknowledge(append.ordered())));
    } else if (message instanceof Appended appended) {
      heldBy.put(from, Math.max(heldBy(from), appended.upTo()));
      commit();
      send(from, new Committed(epoch(), performed()));
    } else if (message instanceof Committed committed) {
      performUpTo(committed.upTo());
    }
  }

  /** What a backup says that it has: an earlier write may still be on its way. */
  protected long toAcknowledge(Ordered ordered) {
    return held();
  }

  @Override
  protected void onTick() {
    if (isPrimary()) {
      for (NodeId backup : backups()) {
        heldFrom(heldBy(backup) + 1).forEach(each -> send(backup, new Append(epoch(), each)));
      }
    } else {
      send(primary(), new Appended(epoch(), held())); // asks whether it is committed
    }
  }

  /** All members of the view hold the same log: so all of it is committed. */
  @Override
  protected void onNewView() {
    heldBy.clear();
    performUpTo(held());
  }
}
