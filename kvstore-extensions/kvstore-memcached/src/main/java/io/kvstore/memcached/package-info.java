/**
 * A datalet over any server that speaks memcached.
 *
 * <p>Decisions, and why:
 *
 * <ul>
 *   <li>A datalet begins with nothing, also where its server still has what an earlier one left. A
 *       memcached may drop any item at any time, and afterwards looks like one that never had it.
 *       What is listed there after a restart may have holes, and a replica with holes would answer
 *       that a key was never written. A replica with nothing is brought up to date by the others.
 *   <li>The keys are in memory, with the version that was written to each. Memcached cannot list
 *       keys in order, and only who knows what must be there can notice that it is not.
 *   <li>An entry that is gone, or is not the one that was written, ends its replica with {@link
 *       io.kvstore.memcached.LostEntriesException}. Its node can be started again.
 *   <li>Each replica has one item, its place, that names the datalet which lives there now. It is
 *       looked at before writes are acknowledged: so a server that has started again or was
 *       flushed, or a second store in the same place, is noticed at the next write and not at the
 *       next look at an old key.
 *   <li>There is one connection, and a lost one is not replaced: who is found behind a new one may
 *       have forgotten everything.
 *   <li>Items never expire by memcached's clock. Expiry follows the time that the protocol stamps
 *       on writes; the entry carries it.
 *   <li>Entries larger than an item may be are split: a server with its usual limit of 1 MiB serves
 *       a store with any limit.
 * </ul>
 */
@NullMarked
package io.kvstore.memcached;

import org.jspecify.annotations.NullMarked;
