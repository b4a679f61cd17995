/** Lab 2: one order without a leader. See docs/labs/lab2.md. */
@NullMarked
package io.kvstore.labs.lab2;

import org.jspecify.annotations.NullMarked;
