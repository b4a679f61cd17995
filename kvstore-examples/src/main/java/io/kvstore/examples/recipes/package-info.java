/** Programs that agree by the recipes of {@code kvstore-recipes}. */
@NullMarked
package io.kvstore.examples.recipes;

import org.jspecify.annotations.NullMarked;
