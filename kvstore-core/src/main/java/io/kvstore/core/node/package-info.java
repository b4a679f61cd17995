/**
 * What runs on a node: for each shard a replica.
 *
 * <p>A {@link io.kvstore.core.node.Replica} is one controlet with its datalet, on one loop. It
 * keeps messages of other epochs away from its controlet, whose {@code Env} is a {@link
 * io.kvstore.core.node.ControletEnv}, and takes the blame when it throws: a failing replica stops,
 * and its callers are told, but its loop and the other replicas go on. A {@link
 * io.kvstore.core.node.ViewChangeParticipant} takes it from one view to the next, {@link
 * io.kvstore.core.node.Transfers} bring it what it lacks.
 *
 * <p>A replica knows its group as a {@link io.kvstore.core.node.ReplicaGroup}, and nothing of the
 * store.
 */
@NullMarked
package io.kvstore.core.node;

import org.jspecify.annotations.NullMarked;
