/**
 * Transactions of any store, judged by what they appended to lists and read of them, after
 * Kingsbury and Alvaro, "Elle: Inferring Isolation Anomalies from Experimental Observations" (PVLDB
 * 14(3), 2020).
 *
 * <p>A list tells its own history: what was read of it last has all that was appended before, in
 * order, so it is known which transaction wrote what another read, and what it overwrote. {@link
 * io.kvstore.testkit.transaction.ListAppend} takes down what transactions did, {@link
 * io.kvstore.testkit.transaction.ListAppend#check} finds the {@link
 * io.kvstore.testkit.transaction.Anomaly anomalies} that Adya names ("Weak Consistency", MIT 1999),
 * and says which {@link io.kvstore.testkit.transaction.Isolation levels of isolation} they break.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>Every value is appended to a key once: otherwise it would not be known whose it is.
 *   <li>What was committed and never read stands behind all that was read: lists only grow.
 *   <li>What is found is certain, whatever was not seen. That nothing is found means only that what
 *       was read does not show anything.
 * </ul>
 */
@NullMarked
package io.kvstore.testkit.transaction;

import org.jspecify.annotations.NullMarked;
