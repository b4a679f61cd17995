package io.kvstore;

import static io.kvstore.Consistency.CAUSAL;
import static io.kvstore.Consistency.EVENTUAL;
import static io.kvstore.Consistency.LINEARIZABLE;
import static io.kvstore.Consistency.SEQUENTIAL;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** How copies are kept: the protocol among the replicas of a shard. */
public enum Replication {
  /** One primary orders the writes and copies them to its backups. */
  PRIMARY,
  /**
   * Every member may order; Lamport clocks and acknowledgements from all make it one order, without
   * a leader.
   */
  TOTAL_ORDER,
  /** Every member takes writes and tells the others; conflicts are resolved alike everywhere. */
  BROADCAST,
  /** Each key has one member that counts its writes; the others forward to it. */
  KEY_OWNER,
  /**
   * The members are a chain, in the order of the view: writes enter at the head, which orders them,
   * and pass down; the tail answers linearizable reads (van Renesse and Schneider, OSDI 2004).
   */
  CHAIN,
  /**
   * The same chain, of which every member answers linearizable reads of keys that no write is under
   * way to, and asks the tail about all others (Terrace and Freedman, USENIX ATC 2009).
   */
  CRAQ,
  /**
   * A majority elects a leader, which orders the writes, and goes on by itself without a minority,
   * whichever that is (Ongaro and Ousterhout, USENIX ATC 2014).
   */
  RAFT,
  /**
   * The same, of which the leader answers linearizable reads alone for a while after each entry of
   * its log that was committed, where clocks run at speeds that differ by no more than a factor of
   * three (LeaseGuard, SIGMOD 2026).
   */
  LEASEGUARD,
  /**
   * Any member appends to a log, which a sequencer and a majority keep, and each fetches from it by
   * position (Anwar and others, SC 2018; CORFU: Balakrishnan and others, NSDI 2012).
   */
  SHARED_LOG,
  /**
   * Any member coordinates, no member is special, and none is missed. At the linearizable level
   * each key is a register of its own, that is read and written with a majority (Attiya, Bar-Noy
   * and Dolev, JACM 1995; Rystsov 2018), and what concerns several keys at once is refused. At the
   * eventual level a write waits for as many members as the store asks for, a read for others, and
   * the last writer wins (DeCandia and others, Dynamo, SOSP 2007).
   */
  QUORUM,
  /**
   * Any member coordinates, under locks that a lock service grants with leases and fencing tokens
   * (Anwar and others, SC 2018; Gray and Cheriton, SOSP 1989): a write goes to all members, a read
   * to one.
   */
  LOCKING;

  /** Whether this protocol can keep that promise. */
  public boolean supports(Consistency consistency) {
    return switch (this) {
      case PRIMARY, RAFT, SHARED_LOG -> consistency != CAUSAL;
      case TOTAL_ORDER, CHAIN -> consistency == LINEARIZABLE || consistency == SEQUENTIAL;
      case QUORUM -> consistency == LINEARIZABLE || consistency == EVENTUAL;
      case CRAQ, LEASEGUARD, LOCKING -> consistency == LINEARIZABLE;
      case BROADCAST -> consistency == CAUSAL || consistency == EVENTUAL;
      case KEY_OWNER -> consistency == EVENTUAL;
    };
  }

  /**
   * Returns this protocol if it can keep that promise.
   *
   * @throws IllegalArgumentException when it cannot; the message lists the protocols that can
   */
  public Replication requireSupportFor(Consistency consistency) {
    if (!supports(consistency)) {
      List<Replication> able =
          Arrays.stream(values()).filter(each -> each.supports(consistency)).toList();
      throw new IllegalArgumentException(
          this
              + " cannot give "
              + consistency
              + " consistency: use "
              + able.stream().map(Enum::name).collect(Collectors.joining(" or ")));
    }
    return this;
  }
}
