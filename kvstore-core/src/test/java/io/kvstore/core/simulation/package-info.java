/**
 * Whole clusters in simulation, under random faults, with checks of what their clients have seen.
 *
 * <p>A {@link io.kvstore.core.simulation.Run} draws everything from one seed: the settings, the
 * clients and the faults. It leaves a {@link io.kvstore.core.simulation.History}, and what each
 * replica holds in the end. The checks know nothing of the protocols; each must be able to fail,
 * which is shown with histories that were written by hand.
 */
@NullMarked
package io.kvstore.core.simulation;

import org.jspecify.annotations.NullMarked;
