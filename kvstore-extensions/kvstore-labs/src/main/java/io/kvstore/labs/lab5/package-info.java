/** Lab 5: one leader in a term. See docs/labs/lab5.md. */
@NullMarked
package io.kvstore.labs.lab5;

import org.jspecify.annotations.NullMarked;
