/**
 * The store as its users see it: {@link io.kvstore.KVStore} and the values it speaks in.
 *
 * <p>Everything typed (codecs, the blocking and the asynchronous face, sessions, the map view) is
 * written once, here, over the small untyped {@link io.kvstore.spi.Connection}. An engine therefore
 * implements operations on bytes and nothing else, and every engine gets the same faces.
 *
 * <p>One exception class for each honest outcome, rather than result objects: a caller who ignores
 * outcomes must not be able to take a refused write for a done one.
 */
@NullMarked
package io.kvstore;

import org.jspecify.annotations.NullMarked;
