/**
 * Which entries leave a store that is bounded, so that others have room.
 *
 * <p>Every replica judges by what it sees itself: what is written, and what is read there. Only the
 * one that gives a write its place in the order uses its judgement: it sends the keys that have to
 * go along with the write, and every member removes them when it performs that. So what is judged
 * by is never copied and need not be the same anywhere, and the replicas hold the same entries all
 * the same. A rule inside the state machine instead, driven by nothing but the order, would see no
 * reads; removals proposed as requests of their own would come after the writes that need them.
 */
@NullMarked
package io.kvstore.core.eviction;

import org.jspecify.annotations.NullMarked;
