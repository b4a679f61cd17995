/**
 * What the labs take off their students: views, reads, forwarding, whatever is not the algorithm.
 *
 * <p>Each class is a member of a group with one thing left out, which the lab is about. They stand
 * on the library's own toolbox, {@link io.kvstore.core.replication}, so that what a student writes
 * is judged by the same campaigns as the library's protocols.
 */
@NullMarked
package io.kvstore.labs.kit;

import org.jspecify.annotations.NullMarked;
