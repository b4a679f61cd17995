/**
 * Recipes for programs that must agree, over any {@link io.kvstore.KVStore}: locks with fencing
 * tokens, read-write locks, semaphores, leader election, latches, rate limiters, queues and ids.
 * {@link io.kvstore.recipes.Recipes} makes them all.
 *
 * <p>Decisions, and why:
 *
 * <ul>
 *   <li>Recipes work over the plain interface, on keys and values that are texts. So they work on
 *       every engine, those without tables included, and what they keep can be read by eye. A store
 *       of other types gives them a table of texts.
 *   <li>Each decision is about one entry, which is changed by compare-and-set. So no order between
 *       keys is needed: {@code SEQUENTIAL} is enough, so is {@code QUORUM}, which orders each key
 *       by itself, and shards do not matter.
 *   <li>A lock, a read-write lock, a semaphore and an election are one thing: claims on a number of
 *       permits, in the order in which they came. Those at the front for which there are permits
 *       enough hold; the others wait. When one goes, the next holds without a write of its own.
 *   <li>The fencing token of a claim is the version of the write that put it into the line. The
 *       store promises that versions of a key grow, so the token cannot be lost with an entry, and
 *       as claims hold in the order in which they came, a later holder has a greater one.
 *   <li>Whether a lease is over is told by the store's time, which never goes back, and not by the
 *       clocks of clients. The store shows its time only in when an entry expires: so every write
 *       has a lifetime of thirty years, and its expiry tells when it was written. Where the store's
 *       time stands still, as after its primary's clock was ahead, one that has watched a claim for
 *       a whole lease, and saw it not renewed, takes it for over, too (as Amazon's lock client for
 *       DynamoDB does).
 *   <li>A holder counts its lease from the moment at which it asked for it, by its own monotonic
 *       clock, and gives up a fiftieth of it for clocks that run at different speeds (Gray and
 *       Cheriton, SOSP 1989).
 *   <li>A write of unknown outcome is not guessed at: the entry is read again, which has the id of
 *       the claim or not, and what is decided next is another compare-and-set on what was read.
 *   <li>All that a claim does happens on the one thread of its {@code Recipes}, and never blocks
 *       there: it asks the store asynchronously. Time, timers and that thread are behind one small
 *       interface, {@code Clockwork}, so that tests run the same code in virtual time.
 * </ul>
 */
@NullMarked
package io.kvstore.recipes;

import org.jspecify.annotations.NullMarked;
