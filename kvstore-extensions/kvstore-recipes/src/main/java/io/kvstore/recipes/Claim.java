package io.kvstore.recipes;

/**
 * A claim on permits of a key, which holds them or waits for them.
 *
 * @param id what no other claim is called
 * @param permits how many it wants
 * @param leaseNanos how long it stands after each renewal
 * @param endNanos when it is over unless it is renewed, by the store's time
 * @param token the version of the write that put it into the line
 */
record Claim(String id, int permits, long leaseNanos, long endNanos, long token) {}
