/**
 * Clusters for JUnit tests: a test asks for a store, gets one of its own, and fails when the store
 * breaks its promise.
 */
@NullMarked
package io.kvstore.testkit.junit;

import org.jspecify.annotations.NullMarked;
