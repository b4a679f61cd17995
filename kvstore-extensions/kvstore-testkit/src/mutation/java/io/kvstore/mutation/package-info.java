/**
 * Bugs that tests plant: a method of a class does otherwise, the class is compiled anew, and what
 * is tested is loaded once more around it.
 *
 * <p>A bug names the class, the method and the behaviour, and no line of source: see {@link
 * io.kvstore.mutation.Mutation}. Sources of tests of several modules, and part of none.
 */
@NullMarked
package io.kvstore.mutation;

import org.jspecify.annotations.NullMarked;
