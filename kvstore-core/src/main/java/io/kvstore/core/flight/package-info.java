/**
 * What Java Flight Recorder is told: views that are decided, replicas that fail, turns of a loop
 * that take long, and once in a while the figures of every replica.
 *
 * <p>The module jdk.jfr may be missing, and its classes take tens of milliseconds to load. So
 * {@link io.kvstore.core.flight.Flight} touches none of them before a recording has been started in
 * this JVM; the coordinators' timers look whether that is so.
 */
@NullMarked
package io.kvstore.core.flight;

import org.jspecify.annotations.NullMarked;
