/**
 * Figures of this machine: JMH benchmarks, and programs that measure memory, start-up, failover and
 * joining.
 *
 * <p>All commands are given at the top of the project; what stands in {@code -Djmh} is JMH's own
 * command line.
 *
 * <pre>
 * mvn -q compile exec:exec@jmh -Djmh="-l"                                  lists the benchmarks
 * mvn -q compile exec:exec@jmh -Djmh="PutGet"                              one caller, operations a second
 * mvn -q compile exec:exec@jmh -Djmh="PutGet -t 4"                         four callers; also 2, 16, max
 * mvn -q compile exec:exec@jmh -Djmh="PutGet -bm sample -tu us"            medians and p99
 * mvn -q compile exec:exec@jmh -Djmh="PutGetBenchmark.put$ -p level=LINEARIZABLE -p placement=SHARED"
 * mvn -q compile exec:exec@jmh -Djmh="PutGet -p keys=ZIPF"                 some keys far more often
 * mvn -q compile exec:exec@jmh -Djmh="PutGet -prof gc"                     bytes allocated by each operation
 * mvn -q compile exec:exec@jmh -Djmh="Hop -bm sample -tu us"               a thread hand-over
 * mvn -q compile exec:java -Dexample=bench.OpenCloseFigures
 * MAVEN_OPTS=-Xmx4g mvn -q compile exec:java -Dexample=bench.MemoryFigures
 * mvn -q compile exec:java -Dexample=bench.FailoverFigures
 * MAVEN_OPTS=-Xmx4g mvn -q compile exec:java -Dexample=bench.JoinFigures
 * </pre>
 *
 * <p>{@code -f 1 -wi 2 -i 2} makes any of the benchmarks short and rough. Compare only what one run
 * has measured: the plain maps are there to be compared with.
 */
@NullMarked
package io.kvstore.examples.bench;

import org.jspecify.annotations.NullMarked;
