/**
 * Programs to read and to run: the first steps, a lesson for each consistency level, and figures of
 * this machine.
 *
 * <p>{@code mvn -q compile exec:java} runs {@link io.kvstore.examples.Quickstart}; {@code
 * -Dexample=Lessons} or another class of this package runs that one instead. The benchmarks are in
 * {@link io.kvstore.examples.bench}, the runner of scenario files in {@link
 * io.kvstore.examples.scenario}.
 *
 * <p>Lessons run in the deterministic simulation: time is virtual, links are slow or cut where the
 * lesson needs it, and each run prints the same.
 */
@NullMarked
package io.kvstore.examples;

import org.jspecify.annotations.NullMarked;
