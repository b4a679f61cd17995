/**
 * Commands that ask a running server over HTTP, and a shell that has them.
 *
 * <p>They know nothing of the store but what its addresses say, so that they work with every
 * engine.
 */
@NullMarked
package io.kvstore.server.client;

import org.jspecify.annotations.NullMarked;
