/**
 * A page that runs a simulated store in the browser, with every decision in the user's hands.
 *
 * <p>{@link io.kvstore.playground.Play} is one run that can be stepped, taken back and branched; it
 * replays its decisions on a fresh {@link io.kvstore.playground.Stage}, as a run has no way back.
 * The page talks to {@link io.kvstore.playground.Exports} only, in plain text and JSON. The
 * packages below are for the compiler: shims are classes that stand for those of the JDK that TeaVM
 * lacks.
 */
@NullMarked
package io.kvstore.playground;

import org.jspecify.annotations.NullMarked;
