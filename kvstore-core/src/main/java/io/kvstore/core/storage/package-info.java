/**
 * Between controlets and datalets: where commands become entries.
 *
 * <p>Conditions, atomic changes, expiry, tombstones and counts are all decided in {@link
 * io.kvstore.core.storage.Applier}, from nothing but the entries and the place that the protocol
 * gave the command. So they are the same for every datalet, and two replicas that perform the same
 * commands in the same order hold the same entries.
 *
 * <p>Expiry follows the time that is stamped on commands, never a clock: a replica that performs a
 * command later than another still sees the same entries expired. Reads look through expired
 * entries, only commands take them away.
 */
@NullMarked
package io.kvstore.core.storage;

import org.jspecify.annotations.NullMarked;
