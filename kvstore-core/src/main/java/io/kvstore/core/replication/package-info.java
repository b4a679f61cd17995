/**
 * What protocols share: each piece is one idea from the literature, with its own tests, and knows
 * nothing of the others' protocols.
 *
 * <p>Members are counted by the numbers of their nodes, not by their ranks in a view: so a count
 * keeps its meaning when the view changes.
 */
@NullMarked
package io.kvstore.core.replication;

import org.jspecify.annotations.NullMarked;
