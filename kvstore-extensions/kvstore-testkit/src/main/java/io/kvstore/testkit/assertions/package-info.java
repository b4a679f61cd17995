/** AssertJ assertions on histories and stores, whose messages show what is wrong. */
@NullMarked
package io.kvstore.testkit.assertions;

import org.jspecify.annotations.NullMarked;
