/**
 * What can be observed of a running store.
 *
 * <p>One listener with one method and a closed set of events: a listener that wants to know
 * something asks {@code instanceof}, and without a listener no event is ever made.
 */
@NullMarked
package io.kvstore.core.trace;

import org.jspecify.annotations.NullMarked;
