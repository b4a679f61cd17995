/** Lab 3: nothing is shown before its cause. See docs/labs/lab3.md. */
@NullMarked
package io.kvstore.labs.lab3;

import org.jspecify.annotations.NullMarked;
