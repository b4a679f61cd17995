/**
 * The scenario runner: a file says what clients do to a cluster; it is done, timed and judged.
 *
 * <p>{@code mvn -q compile exec:java -Dexample=scenario.Scenario -Dexec.args="t2"} runs one of the
 * six that come with it. {@code docs/scenarios.md} describes the files.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A file is checked as a whole before anything starts. What is wrong is one line that names
 *       the place in the file.
 *   <li>Names that mean nothing are refused: a misspelt one would be left out without a word.
 *   <li>All that is told of a run (what clients saw, latencies, verdicts, the timeline) is read off
 *       one recorded history, so that no two of them can disagree.
 *   <li>Before a level is measured, the same requests warm it up on a store that is thrown away:
 *       otherwise the first level of a comparison would pay for the JVM's start.
 * </ul>
 */
@NullMarked
package io.kvstore.examples.scenario;

import org.jspecify.annotations.NullMarked;
