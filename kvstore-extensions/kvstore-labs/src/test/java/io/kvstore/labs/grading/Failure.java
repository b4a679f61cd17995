package io.kvstore.labs.grading;

import io.kvstore.testkit.draw.Drawing;

/**
 * How a step was not passed.
 *
 * @param seed under which
 * @param words what went wrong
 * @param drawing a picture of it
 */
record Failure(long seed, String words, Drawing drawing) {}
