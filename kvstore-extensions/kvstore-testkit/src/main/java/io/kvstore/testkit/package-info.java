/**
 * For those who test what they build on, or in place of, a part of kvstore.
 *
 * <p>{@link io.kvstore.testkit.DataletContract} and {@link io.kvstore.testkit.engine.StoreContract}
 * are interfaces whose tests are default methods, rather than classes to extend: a test class may
 * keep several contracts, and have a superclass of its own.
 */
@NullMarked
package io.kvstore.testkit;

import org.jspecify.annotations.NullMarked;
