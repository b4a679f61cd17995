/**
 * A kvstore in a Spring Boot application: a store of the properties {@code kvstore.*}, a cache
 * manager over its tables, locks, sessions, its health and its meters.
 *
 * <p>Decisions, and why:
 *
 * <ul>
 *   <li>The store is a {@code KVStore<String, String>}, and gives way to one that the application
 *       defines, or names under {@code kvstore.stores}. Beans of other types do not count: they may
 *       be tables of it.
 *   <li>A named store takes nothing over from {@code kvstore.*}: two stores must not have one
 *       storage directory.
 *   <li>A cache is a table, as the stores of a cluster cost threads, and tables nothing. With
 *       {@code kvstore.cache.consistency} caches are, say, eventual in a store that is not.
 *   <li>Keys of caches are bytes that equal keys share, see {@link io.kvstore.spring.CacheKeys}:
 *       the text of a {@code SimpleKey} would not tell {@code ("a,b")} from {@code ("a", "b")}.
 *   <li>A value that cannot be read any more, as after a change of its class, is a miss. A cache
 *       must not fail where the method itself would succeed.
 *   <li>A session is one entry, changed by compare-and-set, and not an entry for each attribute: so
 *       it expires as a whole, and no crash leaves half of what a request has saved. Requests at
 *       once lose nothing, as only what they have changed is applied again.
 *   <li>Sessions are asked for by a property: Spring Session is also on the class path of those
 *       that keep sessions elsewhere.
 *   <li>A lock that is lost is not taken again when its holder enters it once more, as other
 *       registries do: what it protects may have changed meanwhile.
 *   <li>A store that is degraded serves all requests. It is told by a status of its own, which no
 *       load balancer takes for a reason to send requests elsewhere; one that is impaired is {@code
 *       OUT_OF_SERVICE}.
 *   <li>There is no {@code module-info}: Spring's modules are automatic, and reach into what they
 *       configure.
 * </ul>
 */
@NullMarked
package io.kvstore.spring;

import org.jspecify.annotations.NullMarked;
