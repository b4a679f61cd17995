/**
 * How many operations a store answers from moment to moment while it moves to another cell, or
 * loses a node: in virtual time, so that each run draws the same.
 */
@NullMarked
package io.kvstore.examples.timeline;

import org.jspecify.annotations.NullMarked;
