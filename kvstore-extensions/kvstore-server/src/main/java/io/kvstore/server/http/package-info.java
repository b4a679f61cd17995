/**
 * HTTP over the nodes of a store: JSON in and out, a port for each node, and one for whoever
 * administers them.
 *
 * <p>What the addresses mean stands in {@code openapi.json} beside these classes, which is served,
 * and which a test holds to what is answered. {@code /data} keeps texts and numbers its answers,
 * {@code /kvs} keeps any JSON and hands out what its client has seen, {@code /view} says and sets
 * who belongs together.
 *
 * <p>Each request is a session of its own: a client's order travels in what it is told, not in its
 * connection, so that it may use many connections or change the node. Requests of one connection
 * are answered in their order; reads that follow each other are on their way at once, a write waits
 * for what stands before it.
 */
package io.kvstore.server.http;
