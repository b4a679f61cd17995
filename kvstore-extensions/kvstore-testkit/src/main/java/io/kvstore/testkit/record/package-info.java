/**
 * Takes down what clients see of a store while they use it.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A recorder stands between the typed store and its engine, where there are few kinds of
 *       operations and answers: so it sees everything, whichever face was called.
 *   <li>While the store is used, an operation costs a small object and two looks at the clock; what
 *       it means is worked out when the history is asked for.
 *   <li>What an answer tells beyond the call is taken down as well: a write tells what it replaced.
 *   <li>A history never says more than is known. What cannot be said in it is left out together
 *       with all that depends on it, so that a checker finds nothing wrong that is not.
 * </ul>
 */
@NullMarked
package io.kvstore.testkit.record;

import org.jspecify.annotations.NullMarked;
