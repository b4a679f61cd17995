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
 * <p>Nothing here knows what a replica is made of: coordinators see {@link
 * io.kvstore.core.membership.Members}, each a {@link io.kvstore.core.membership.Member}.
 */
@NullMarked
package io.kvstore.core.membership;

import org.jspecify.annotations.NullMarked;
