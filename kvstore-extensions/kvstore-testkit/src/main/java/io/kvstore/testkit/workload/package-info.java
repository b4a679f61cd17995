/**
 * Clients for any store that has the calls of a map: {@link io.kvstore.testkit.workload.Workload}
 * lets several of them work on a {@link io.kvstore.testkit.workload.Subject} at the same time, and
 * takes down what they see.
 */
@NullMarked
package io.kvstore.testkit.workload;

import org.jspecify.annotations.NullMarked;
