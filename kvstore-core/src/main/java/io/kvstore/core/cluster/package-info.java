/**
 * Nodes, groups and links: where controlets get their place, and their view of the world.
 *
 * <p>A {@link io.kvstore.core.cluster.Replica} is one controlet with its datalet, on one loop. It
 * is the controlet's {@code Env}, keeps messages of other epochs away from it, and takes the blame
 * when it throws: a failing replica stops, and its callers are told, but its loop and the other
 * replicas go on.
 *
 * <p>A restart is a change of the group like any other: the {@link
 * io.kvstore.core.cluster.Coordinator} freezes the members that run, shows everyone how all stood,
 * and has them serve in the next epoch; a {@link io.kvstore.core.cluster.ViewChangeParticipant} is
 * a replica's side of that.
 */
@NullMarked
package io.kvstore.core.cluster;

import org.jspecify.annotations.NullMarked;
