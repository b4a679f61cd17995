/**
 * A whole store: its shards, each a {@link io.kvstore.core.store.Group} of replicas, its nodes, and
 * what administrators ask of them.
 *
 * <p>{@link io.kvstore.core.store.LocalCluster} puts it together; what it can be asked has a class
 * for each concern: which nodes hold which shard ({@link io.kvstore.core.store.ShardPlacement}), on
 * which loops that is ({@link io.kvstore.core.store.Layout}), how shards move between nodes ({@link
 * io.kvstore.core.store.Rebalancer}), how nodes crash, join and leave ({@link
 * io.kvstore.core.store.NodeLifecycle}), which cell of the matrix it is in ({@link
 * io.kvstore.core.store.Reconfigurations}), what is on record ({@link
 * io.kvstore.core.store.StoreRecord}), how it is ({@link io.kvstore.core.store.Census}).
 */
@NullMarked
package io.kvstore.core.store;

import org.jspecify.annotations.NullMarked;
