/**
 * The edge of the cluster: where a client's operation gets a number, a replica and a deadline, and
 * its outcome is decided.
 *
 * <p>An outcome is honest because it is one atomic step: a {@link io.kvstore.core.client.Call} is
 * answered, refused, lost or given up, whichever comes first. And because a protocol has to say
 * {@code begin()} before a command may take effect: a caller who gives up before that knows that
 * nothing has happened, one who gives up later knows that he does not know.
 */
@NullMarked
package io.kvstore.core.client;

import org.jspecify.annotations.NullMarked;
