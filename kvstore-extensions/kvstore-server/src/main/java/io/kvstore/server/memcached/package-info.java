/**
 * memcached's text protocol, classic and meta commands, over a node of a store.
 *
 * <pre>
 *   bytes ──▶ RequestParser ──▶ Request ──▶ Items, Arithmetic ──▶ store.async()
 *              (Dialect)           │                                   │
 *   bytes ◀── Output ◀── Pending ◀─┴────────────── Reply ◀─────────────┘
 * </pre>
 *
 * <p>What memcached 1.6.18 answers is the measure, byte for byte, also to requests that are wrong;
 * a test sends both the same and compares. {@code docs/memcached.md} lists where this is not so,
 * and why.
 *
 * <p>A cas unique is the version of the entry. Only what the entry cannot carry is kept beside it,
 * in {@link io.kvstore.server.memcached.Marks}: it was chosen over an envelope around the value,
 * which every other client of the same store would have to know.
 */
package io.kvstore.server.memcached;
