/**
 * What protocols share: each piece is one idea from the literature, with its own tests, and knows
 * nothing of the others' protocols.
 *
 * <p>Members are counted by the numbers of their nodes, not by their ranks in a view: so a count
 * keeps its meaning when the view changes.
 *
 * <p>What one member has numbered for others comes through an {@link
 * io.kvstore.core.replication.InOrderInbox}: updates of a stream, and proposals. The {@link
 * io.kvstore.core.replication.OrderedLog} has none, since what comes early there already has its
 * place: it lies where it is to be performed from, and its turn only moves the end of the log. And
 * {@link io.kvstore.core.replication.Forwarding} keeps nothing that came early: of each client it
 * knows one request, and what is older is over.
 */
@NullMarked
package io.kvstore.core.replication;

import org.jspecify.annotations.NullMarked;
