/**
 * A datalet over Redis, Valkey, or any server that speaks their protocol.
 *
 * <p>Decisions, and why:
 *
 * <ul>
 *   <li>The entries of a replica are one hash, and their keys one sorted set, which Redis keeps in
 *       the order of their bytes. So a scan is in order, nothing of an entry is on the heap, and a
 *       key may be any bytes.
 *   <li>A datalet begins with nothing, also where its server still has what an earlier one left. A
 *       server that has started again comes back with what it had saved at some time, or with
 *       nothing: a replica that served this would have holes. A replica with nothing is brought up
 *       to date by the others.
 *   <li>How many entries there must be is known here, and what the server has is counted in the
 *       same round trip as each read and write. A server that has forgotten, was flushed, or has
 *       evicted the hash ends its replica with {@link io.kvstore.redis.LostEntriesException},
 *       before what it does not have is taken for what was never written. Its node can be started
 *       again.
 *   <li>Each replica has one more key, its place, that names the datalet which lives there now. It
 *       is looked at before writes are acknowledged, so a second store in the same place is
 *       noticed; and the names of the hash and the set hold the datalet's own name, so neither
 *       reads or writes what the other has.
 *   <li>There is one connection, and a lost one is not replaced: who is found behind a new one may
 *       have forgotten everything.
 *   <li>The connection is a socket that the replica's thread waits for. A datalet is used by one
 *       thread, asks one thing at a time, and must neither connect again nor ask a second time; the
 *       usual client libraries do both, with threads of their own, on top of Netty and Reactor.
 *   <li>Entries never expire by the server's clock. Expiry follows the time that the protocol
 *       stamps on writes; the entry carries it.
 * </ul>
 */
@NullMarked
package io.kvstore.redis;

import org.jspecify.annotations.NullMarked;
