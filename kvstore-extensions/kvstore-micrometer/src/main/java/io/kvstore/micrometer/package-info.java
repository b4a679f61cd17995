/**
 * The figures of a kvstore as Micrometer meters: {@link io.kvstore.micrometer.KVStoreMetrics}.
 *
 * <p>Decisions, and why:
 *
 * <ul>
 *   <li>Meters reach their store by a weak reference. A registry lives as long as the process, and
 *       must not keep the entries of a store that the application has let go.
 *   <li>All figures are taken together, at most once in {@linkplain
 *       io.kvstore.micrometer.Sampler#SAMPLE_NANOS a fifth of a second}. A registry that is read
 *       asks each meter by itself, and an engine on several machines would look at all its members
 *       for each of them.
 *   <li>Replicas come and go with nodes and views, so their meters do, too: the events of the
 *       cluster say when. The count of a replica that starts again goes on: registries that publish
 *       differences would show a negative rate.
 *   <li>Where the server exports the same figure of a node or a replica, the name is the same in
 *       Micrometer's notation, as {@code kvstore.replica.lag} for {@code kvstore_replica_lag}: one
 *       dashboard serves both.
 * </ul>
 */
@NullMarked
package io.kvstore.micrometer;

import org.jspecify.annotations.NullMarked;
