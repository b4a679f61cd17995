/**
 * The same store across machines: an engine whose replicas are processes, kept in one order by
 * Apache Ratis, an implementation of Raft (Ongaro and Ousterhout, USENIX ATC 2014).
 *
 * <p>Each shard is one Raft group; all groups of a member live in one Ratis server. The state
 * machine of a group is {@link io.kvstore.core.engine.ShardEntries}, so that every command means
 * what it means in one JVM.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>Ratis carries all calls between a client and a member as one kind of its requests (a stale
 *       read without a minimum index), which hold messages of this package. A write is submitted by
 *       the member that gets it. So the answer tells more than Ratis's own replies do: whether the
 *       command was certainly not appended, and who leads.
 *   <li>A client has a few pipes to each shard, each with one batch of commands under way. So the
 *       order of a client's commands is kept without a window, and of each pipe the group remembers
 *       the answers to one batch only.
 *   <li>Positions are counted by the state machine, not taken from Ratis's log, whose entries are
 *       batches.
 *   <li>Linearizable reads go through the log. Ratis's read index is not used, with a lease or
 *       without: version 3.3.0 leaves out its round of heartbeats when nothing was committed since
 *       the last one, so that a leader that is cut off and does not know it yet answers with an old
 *       value.
 *   <li>There is no module descriptor: {@code ratis-server} and {@code ratis-server-api} share
 *       packages, so that they cannot both be on the module path. The jar has an automatic module
 *       name.
 * </ul>
 */
@NullMarked
package io.kvstore.ratis;

import org.jspecify.annotations.NullMarked;
