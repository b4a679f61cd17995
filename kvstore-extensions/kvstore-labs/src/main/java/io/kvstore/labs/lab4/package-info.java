/** Lab 4: registers that majorities keep. See docs/labs/lab4.md. */
@NullMarked
package io.kvstore.labs.lab4;

import org.jspecify.annotations.NullMarked;
