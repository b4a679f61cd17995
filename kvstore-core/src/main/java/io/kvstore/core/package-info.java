/**
 * How to run a store in this JVM: on threads ({@link io.kvstore.core.InProcess}) or in virtual time
 * ({@link io.kvstore.core.Simulation}). This is the one place that composes loops, nodes, protocols
 * and datalets.
 */
@NullMarked
package io.kvstore.core;

import org.jspecify.annotations.NullMarked;
