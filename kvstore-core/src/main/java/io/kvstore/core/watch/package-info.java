/**
 * What a replica has changed lately, and those who read it.
 *
 * <p>There is one buffer for each replica, its {@link io.kvstore.core.watch.ChangeLog}: a ring of
 * its last changes, which begins with the first watch of its shard and costs nothing before. A
 * watch is no more than a place in it, and asks when it wants more. So a slow watch holds no writer
 * up, and "too slow", "resumed too late" and "resumed at a replica that began later" are one case:
 * the next change is not there any more.
 *
 * <p>In a group with one order a place is a position together with the view in which it was told.
 * Positions that a view did not take over are used again, so a place of an older view counts only
 * up to where the next view began. Where members write independently, versions are never used
 * twice, and each member's own come in their order: a place is the highest version that was seen of
 * each.
 *
 * <p>Expiry is no change: every replica sees it from the entry, which says when it expires.
 */
@NullMarked
package io.kvstore.core.watch;

import org.jspecify.annotations.NullMarked;
