/**
 * Objects of any kind, beyond maps: queues, sets, locks, counters, and those that you describe in
 * twenty lines.
 *
 * <p>{@link io.kvstore.testkit.object.Machine} says what such an object does when its calls come
 * one after another, {@link io.kvstore.testkit.object.Calls} takes down what clients did to a real
 * one, and {@link io.kvstore.testkit.object.Machine#check} finds out whether that real one looked
 * like one copy.
 */
@NullMarked
package io.kvstore.testkit.object;

import org.jspecify.annotations.NullMarked;
