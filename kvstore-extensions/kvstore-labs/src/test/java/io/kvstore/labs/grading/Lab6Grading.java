package io.kvstore.labs.grading;

import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** {@code mvn test -Plab6}; {@code -Dlab6.answers=…} grades another file than lab6.properties. */
class Lab6Grading {
  @TestFactory
  List<DynamicTest> steps() {
    Answers answers = Answers.read(Path.of(System.getProperty("lab6.answers", "lab6.properties")));
    AtomicInteger passed = new AtomicInteger();
    List<DynamicTest> tests = new ArrayList<>();
    for (int step = 0; step < Answers.QUESTIONS.size(); step++) {
      int number = step;
      String title = "lab 6, step " + (number + 1) + ", " + Answers.QUESTIONS.get(number);
      tests.add(
          dynamicTest(
              title,
              () -> {
                assumeTrue(passed.get() == number, "the question before comes first");
                grade(answers, number, title);
                passed.set(number + 1);
              }));
    }
    return tests;
  }

  private static void grade(Answers answers, int question, String title) {
    if (!answers.isGiven(question)) {
      throw failed(title + ": not answered. The questions stand in docs/labs/lab6.md");
    }
    if (!answers.isRight(question)) {
      throw failed(
          title
              + ": \""
              + answers.answerTo(question)
              + "\" is not it. Look at docs/labs/lab6.html once more");
    }
    System.out.println(title + ": passed");
  }

  private static AssertionError failed(String how) {
    AssertionError error = new AssertionError(how);
    error.setStackTrace(new StackTraceElement[0]);
    return error;
  }
}
