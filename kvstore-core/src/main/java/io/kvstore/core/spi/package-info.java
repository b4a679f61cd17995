/**
 * What a protocol and a single-node store are to the cluster: {@link io.kvstore.core.spi.Controlet}
 * and {@link io.kvstore.core.spi.Datalet}, the little that each may know of the world, and the
 * factories by which a user's own take the place of those that come with the library.
 *
 * <p>A controlet gets all of time, chance, network and storage through {@link
 * io.kvstore.core.spi.Env}. That is what makes the same code run on threads, on a lent caller, and
 * under a seeded scheduler.
 *
 * <p>Replicas perform commands, they do not ship results: every change is computed from the entry
 * where the datalet is, in one step. So a datalet that answers late needs no locks around
 * read-modify-write, and any store that can get and put has them all.
 */
@NullMarked
package io.kvstore.core.spi;

import org.jspecify.annotations.NullMarked;
