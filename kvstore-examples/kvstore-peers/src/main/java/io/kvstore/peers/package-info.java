/**
 * Other replicated maps on the JVM, three members in one JVM each, as {@link
 * io.kvstore.examples.bench.compare.Contender}s.
 *
 * <p>Each is set up as its manual recommends for speed where that does not cost what it promises:
 * in memory, over loopback or within the JVM, without logging. Keys are texts and values arrays,
 * which all of them take without a codec of ours.
 */
@NullMarked
package io.kvstore.peers;

import org.jspecify.annotations.NullMarked;
