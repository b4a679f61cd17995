/**
 * What clients saw of a store, and the files that it is kept in.
 *
 * <p>JSON lines are an operation a line, in the order of the invocations, with these members;
 * others are passed over:
 *
 * <table>
 *   <caption>Members of an operation</caption>
 *   <tr><td>{@code process}</td><td>who asked, a number; one operation at a time</td></tr>
 *   <tr><td>{@code f}</td><td>{@code get} or {@code read}, {@code put} or {@code write},
 *       {@code delete}, {@code cas}, {@code append}, {@code add}</td></tr>
 *   <tr><td>{@code key}</td><td>the key; left out where the store is a single register</td></tr>
 *   <tr><td>{@code value}</td><td>what is written, appended or added</td></tr>
 *   <tr><td>{@code expected}</td><td>of a cas: the value that is to be replaced</td></tr>
 *   <tr><td>{@code invoked}</td><td>when it was asked, a number</td></tr>
 *   <tr><td>{@code returned}</td><td>when it was answered, in the same count</td></tr>
 *   <tr><td>{@code outcome}</td><td>{@code ok}; {@code fail}: it did not happen; {@code unknown}: it
 *       may happen at any time after, or never. When left out: ok with {@code returned}, else
 *       unknown</td></tr>
 *   <tr><td>{@code result}</td><td>the answer: of a get the value, null when absent; of a cas
 *       whether it took place; of an append or add the value after it; of a put or delete the value
 *       that it replaced. When left out, nothing is known of it</td></tr>
 *   <tr><td>{@code node}</td><td>the number of the node that was asked, if one was chosen</td></tr>
 *   <tr><td>{@code version}</td><td>the store's number for the value that was read or written; on
 *       one key, later writes have higher ones. Where nothing was read, that of the removal; of
 *       what expired, where it has; or 0 if nothing was ever there</td></tr>
 *   <tr><td>{@code replaced}</td><td>the same of what a write replaced</td></tr>
 *   <tr><td>{@code position}</td><td>how far the session had come in the one order of the store, if
 *       it has one</td></tr>
 *   <tr><td>{@code follows}</td><td>the operation, counted from 0, that this one's session had seen
 *       when it began: another session's position was handed to it</td></tr>
 *   <tr><td>{@code with}</td><td>the first operation of the batch or scan that this one is a part
 *       of: all of them take effect at one moment, in their order; if the outcome is unknown, all or
 *       none, and each cas only on what it expects. The parts are on lines after one another, and
 *       have the same process and times</td></tr>
 * </table>
 *
 * <p>Files of transactions, Plume's and AWDIT's, tell no times: each transaction begins before any
 * of them ends, and is a group; only the order within a session is known. Before all of it each key
 * holds 0 in Plume's, unless the file writes a 0, and nothing in AWDIT's.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A history is kept in columns of numbers, not in a list of records: the checkers run over a
 *       million operations in a tenth of a second, which objects alone would take.
 *   <li>A read that Knossos records as nil says nothing; in a Jepsen log it says that the register
 *       was nil. Both follow the checkers of those who recorded.
 *   <li>A failed cas is an observation in a Jepsen log (the value was another), and nothing in EDN.
 * </ul>
 */
@NullMarked
package io.kvstore.testkit.history;

import org.jspecify.annotations.NullMarked;
