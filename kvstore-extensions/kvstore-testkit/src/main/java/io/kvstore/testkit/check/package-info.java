/**
 * Whether a history is what a consistency level promises.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A verdict has three values. A search that would take too long says that it is undecided; it
 *       keeps its own stack and counts what it remembers, so that it ends neither the memory nor
 *       the stack of those who ask.
 *   <li>Models are not an interface: that all states are numbers, and the kinds of operations are
 *       few and known, is what lets a search see which values can still be written.
 *   <li>The search returns undecided when it may remember no more, rather than go on without: it
 *       would hardly come to an end.
 * </ul>
 */
@NullMarked
package io.kvstore.testkit.check;

import org.jspecify.annotations.NullMarked;
