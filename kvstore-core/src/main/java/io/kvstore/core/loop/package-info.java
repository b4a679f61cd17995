/**
 * Event loops, and what drives them.
 *
 * <p>An {@link io.kvstore.core.loop.EventLoop} is the work: an inbox, a local queue, timers, a
 * clock. Who takes its turns is not its business: a thread of its own ({@link
 * io.kvstore.core.loop.LoopThread}), a caller that happens to wait for an answer ({@link
 * io.kvstore.core.loop.SharedDriver}), or a simulation ({@link
 * io.kvstore.core.loop.SimulatedDriver}).
 *
 * <p>One thread at a time owns a loop. Ownership is one compare-and-set, which is all the locking
 * there is; a hand-over between parked threads costs some fifty times as much as a whole replicated
 * write, so a waiting caller takes the turns itself (flat combining: Hendler, Incze, Shavit and
 * Tzafrir, SPAA 2010).
 *
 * <p>Of the inbox only {@code relaxedPoll} and {@code isEmpty} are used: the first never waits for
 * a producer that is between its two steps, the second already counts what that producer is about
 * to add, so that no thread leaves a loop too early.
 */
@NullMarked
package io.kvstore.core.loop;

import org.jspecify.annotations.NullMarked;
