/**
 * The same load on this library, on plain maps and on other replicated maps, in one run.
 *
 * <p>Each figure comes from a JVM of its own ({@link io.kvstore.examples.bench.compare.Fork}),
 * which opens one {@link io.kvstore.examples.bench.compare.Contender}, fills it, checks that every
 * member has what was written, warms up, and measures twice: first how many operations a second
 * there are, without reading a clock for each of them, then how long each of them takes. A clock
 * would cost a plain map a third of its speed and the others nothing.
 *
 * <p>Systems take turns, cell by cell and fork by fork, so that whatever else the machine does hits
 * all of them alike; ratios are formed within a fork, and the median of the ratios is shown.
 *
 * <p>The other systems live in the module {@code kvstore-peers}, which only the profile {@code
 * peers} builds: no other build has to download them. The commands are in {@code
 * docs/benchmarks.md}.
 */
@NullMarked
package io.kvstore.examples.bench.compare;

import org.jspecify.annotations.NullMarked;
