/**
 * What every engine does alike, as tests: what each call of a store means, what a session may see,
 * what a watch is told, what is refused. The in-process engine keeps to them in every cell of its
 * matrix, and the engine across machines at every level.
 *
 * <p>{@link io.kvstore.testkit.engine.StoreContract} has them all. A class that implements it says
 * with {@link io.kvstore.testkit.engine.Setup} how its stores are opened, and in what they differ;
 * there is no other place where one engine may behave unlike another.
 */
@NullMarked
package io.kvstore.testkit.engine;

import org.jspecify.annotations.NullMarked;
