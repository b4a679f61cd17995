/**
 * The protocols, one file each. They share what is in {@code ordering} and know nothing of each
 * other.
 *
 * <p>Read a file from the top: what it promises and why, its messages, what it remembers, what it
 * does with requests, what it does with messages, how it goes from one view to the next. {@link
 * io.kvstore.core.protocol.Protocols} says which file serves which cell of the matrix.
 */
@NullMarked
package io.kvstore.core.protocol;

import org.jspecify.annotations.NullMarked;
