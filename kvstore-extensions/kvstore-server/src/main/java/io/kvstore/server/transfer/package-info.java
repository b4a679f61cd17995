/**
 * Entries on their way out of a store and into another one, as lines of JSON.
 *
 * <p>A file has a line for each entry and a last one with their number, so that one that was not
 * written to its end is known. An entry is set again as it was: an import can be repeated.
 */
@NullMarked
package io.kvstore.server.transfer;

import org.jspecify.annotations.NullMarked;
