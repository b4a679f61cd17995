package io.kvstore.labs.grading;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** {@code mvn test -Plab4}. */
class Lab4Grading {
  @TestFactory
  List<DynamicTest> steps() {
    return Labs.quorumRegister().tests();
  }
}
