/** Lab 1: a primary and its backups. See docs/labs/lab1.md. */
@NullMarked
package io.kvstore.labs.lab1;

import org.jspecify.annotations.NullMarked;
