/**
 * The example that serves the playground. It is in this module, as compiling the page takes longer
 * than all other examples together.
 */
@NullMarked
package io.kvstore.examples.playground;

import org.jspecify.annotations.NullMarked;
