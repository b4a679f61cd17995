package io.kvstore;

/**
 * One replica in figures: plain values, for a dashboard or a metrics library.
 *
 * <pre>{@code
 * for (ReplicaStatus replica : store.cluster().replicas()) {
 *   Gauge.builder("kvstore.lag", store, s -> s.cluster().replica(replica.node(), 0).lag());
 * }
 * }</pre>
 *
 * <p>They are read while the replica goes on working: each of them was right a moment ago, but not
 * all at the same moment.
 *
 * @param node the node that it is on
 * @param shard the part of the keys that it keeps
 * @param status what it is doing
 * @param epoch the view that it is in; 0 when it is in none
 * @param isPrimary whether it is the first of its view
 * @param position how far it has got in its group's one order. Where members write independently,
 *     the count of its Lamport clock: the one that has seen the newest write has the highest
 * @param lag how many operations of its group's order another replica has performed and this one
 *     has not. Where members write independently, how many of their updates they do not know to
 *     have arrived here
 * @param entries how many entries have a value, expired ones that are still there included
 * @param bytes how long the keys and values of its entries are together, those of tombstones
 *     included
 * @param traffic what has come and gone
 * @param cache how well it serves as a cache, where the store is bounded
 */
public record ReplicaStatus(
    NodeId node,
    int shard,
    NodeStatus status,
    long epoch,
    boolean isPrimary,
    long position,
    long lag,
    long entries,
    long bytes,
    Traffic traffic,
    CacheCounts cache) {}
