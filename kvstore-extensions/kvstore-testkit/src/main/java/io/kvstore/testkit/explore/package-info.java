/**
 * Exploration: all choices of a small run within bounds, one after the other, instead of those that
 * a seed draws.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>There is no way back in a simulation: a state is reached again by deciding again what led
 *       to it. So a trace is a list of decisions, and is replayed by its text.
 *   <li>A node is deterministic. Two runs in which every node has handled the same inputs in the
 *       same order, the same messages are under way, and clients have seen the same are in the same
 *       state, whatever a protocol keeps inside; orders that commute fall together by that alone.
 *       What is remembered is a hash of 64 bits of it.
 *   <li>The search is breadth-first, so that the first trace that breaks a promise is a shortest
 *       one.
 *   <li>Virtual time stands still between decisions: all messages take as long as the decisions
 *       say, and timers run only when it is decided that time goes on.
 *   <li>Beats, and what else belongs to no view, arrive at once: a failure detection and a view
 *       change would otherwise be hundreds of choices.
 * </ul>
 */
@NullMarked
package io.kvstore.testkit.explore;

import org.jspecify.annotations.NullMarked;
