/**
 * What an engine needs that runs its replicas by other means than the in-process cluster: the
 * entries of a shard as a deterministic state machine, which shard an operation belongs to, and
 * what a store has room for.
 *
 * <p>An engine that agrees on an order of commands by itself, such as one on a Raft library, gives
 * each shard a {@link io.kvstore.core.engine.ShardEntries} on every member, and performs the same
 * commands with the same times on all of them. Every command then means what it means in one JVM.
 */
@NullMarked
package io.kvstore.core.engine;

import org.jspecify.annotations.NullMarked;
