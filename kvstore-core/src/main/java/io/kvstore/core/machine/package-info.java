/**
 * What is simulated of machines: clocks that go wrong, pauses, and links that lose, delay, repeat
 * and reorder messages.
 *
 * <p>A {@link io.kvstore.core.machine.Courier} brings what one recipient says to others, as far as
 * the {@link io.kvstore.core.machine.Fabric} lets it. On threads nothing is wrong with a link
 * unless a test says so, and messages take the shortest way.
 */
@NullMarked
package io.kvstore.core.machine;

import org.jspecify.annotations.NullMarked;
