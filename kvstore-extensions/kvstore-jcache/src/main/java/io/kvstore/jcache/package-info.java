/**
 * javax.cache (JSR 107) over a kvstore: {@link io.kvstore.jcache.KVStoreCachingProvider} is found
 * by {@link javax.cache.Caching}, and everything else is used by javax.cache's own interfaces.
 *
 * <p>Decisions, and why:
 *
 * <ul>
 *   <li>A manager has a store, and each of its caches is a table there. So a manager is one cluster
 *       to look after, with one thread, while caches have a consistency and shards of their own;
 *       and they crash and come back together, as their nodes do. Replicas belong to the manager
 *       for the same reason.
 *   <li>The table of a cache has a number in its name, and is dropped when the cache is closed. A
 *       cache cannot be found again once it is closed, and what it held would be in the way of the
 *       next one of its name.
 *   <li>Every change is a compare-and-set on the version that was read, and is tried again where it
 *       comes too late: an entry processor counts exactly, also beside other clients of the table.
 *       The locks of keys are not for that. They keep the calls of writers and listeners in the
 *       order of the changes.
 *   <li>Loaders and entry processors run without a lock. They may use the cache, and may be called
 *       again.
 *   <li>Entries expire by the store's own lifetime, which all replicas see the same. Only where a
 *       listener takes expired events, the store keeps an entry for longer, with a flag: it would
 *       be gone when it is time to show it.
 *   <li>Keys and values are bytes in the table, and are decoded where they are needed: a put needs
 *       no class of the value that it replaces.
 *   <li>There is no store by reference. Its entries would be objects of one heap, and no replica
 *       could hold them.
 * </ul>
 */
@NullMarked
package io.kvstore.jcache;

import org.jspecify.annotations.NullMarked;
