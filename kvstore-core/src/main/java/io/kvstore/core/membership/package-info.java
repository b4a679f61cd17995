/**
 * Who belongs to a group: views, the detection of failures, and the changes from one view to the
 * next.
 *
 * <p>The {@link io.kvstore.core.membership.Coordinator} freezes the members that run, shows
 * everyone how all stood, and has them serve in the next epoch; a {@link
 * io.kvstore.core.membership.MemberAgent} is a replica's side of that. A restart is a change of the
 * group like any other. What a coordinator must not forget is in its {@link
 * io.kvstore.core.membership.Register}: the rest it hears again.
 *
 * <p>Nothing here knows what a replica is made of, or looks at one: coordinators decide by what
 * messages have told them. What is not a message goes through {@link
 * io.kvstore.core.membership.Members}. Where views are set by hand, only a node that has stopped is
 * not waited for, and that is looked at. Nodes that an administrator takes out of their views stop
 * to serve even while they are cut off, as if each was told by hand. The store, which starts
 * replicas, says from what a group goes on that has lost everything with the memory of its nodes.
 * And the {@link io.kvstore.core.membership.Rest} of a simulation stops all clocks at once.
 */
@NullMarked
package io.kvstore.core.membership;

import org.jspecify.annotations.NullMarked;
