package io.kvstore.core.spi;

import io.kvstore.spi.Answer;
import io.kvstore.spi.VectorClock;

/**
 * The answer to a query that took no more than a look at a replica.
 *
 * @param answer the answer
 * @param position up to where it shows the group's one order; 0 where there is none
 * @param seen what it depends on where members write independently
 */
public record OptimisticRead(Answer answer, long position, VectorClock seen) {}
