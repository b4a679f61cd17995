/**
 * What an engine implements and speaks: operations on bytes, their answers, and the connection that
 * carries them.
 *
 * <p>A write is a key, a condition and a change. The three vary independently, so that conditional,
 * atomic and plain writes are one operation for every protocol and every datalet, and a new change
 * or condition is one record here and one case where writes are performed.
 */
@NullMarked
package io.kvstore.spi;

import org.jspecify.annotations.NullMarked;
