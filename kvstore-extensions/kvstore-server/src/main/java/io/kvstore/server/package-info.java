/**
 * Starts and stops the servers of a store: for each node, a port for each protocol.
 *
 * <p>{@link io.kvstore.server.Server} composes; {@code net} knows sockets and no protocol; each
 * protocol has a package of its own, and knows no other. A server is a client of the store: it sees
 * only {@link io.kvstore.KVStore}, so any engine can stand behind it. So does {@code transfer},
 * with which the process exports and imports entries.
 *
 * <p>Nothing waits on a network thread. Operations go through {@code store.async()}; what is
 * answered at once is written at once, the rest waits in a queue of stated length for each
 * connection. The blocking face would be as fast on an idle store, but one node that is cut off
 * would stop the clients of all the others.
 */
package io.kvstore.server;
