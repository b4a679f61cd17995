package io.kvstore.mutation;

import com.sun.source.tree.Tree;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one method does otherwise, in a sentence. The sentence speaks of what the method calls,
 * assigns, asks and returns, and is carried out in the method's syntax tree: how its lines are laid
 * out, and what else it does, makes no difference.
 *
 * <pre>
 *   onCommand: has() becomes false                the call of a method, whatever its arguments
 *   onAppend: log.last() becomes $ + 1            the call on this receiver; $ is what was there
 *   restart: skips fill(counts)                   the call with this first argument is left out
 *   onHeard: leaseUntil becomes 0                 what is assigned to a variable or a field
 *   onHeard: leaseUntil stays                     the assignment is left out
 *   keep: the test of promiseTold becomes true    the smallest condition that names it
 *   isWitness: return becomes true                what is returned
 *   clients: does { return 0; }                   all of it
 * </pre>
 *
 * <p>What a sentence speaks of must be there exactly once in the methods of that name; a test and a
 * return can be given as a whole, {@code the test of received >= told becomes true}, and a method
 * with the types of its parameters, {@code seen(int, Done): skips sawUpTo()}. A constructor has the
 * name of its class, and {@code new Name()} is the making of an object.
 *
 * @param file the source file of the class
 * @param method the name of the method, perhaps with the types of its parameters
 * @param behaviour what becomes of it
 */
public record Mutation(String file, String method, String behaviour) {
  private static final Pattern SENTENCE =
      Pattern.compile("(\\w+(?:\\([\\w, ]*\\))?): (.+)", Pattern.DOTALL);
  private static final String CALL = "(?<call>[\\w.() ]+)\\((?<argument>[\\w.]*)\\)";
  private static final Pattern SKIPS = Pattern.compile("skips " + CALL);
  private static final Pattern STAYS = Pattern.compile("(?<variable>\\w+) stays");
  private static final Pattern DOES = Pattern.compile("does (?<body>\\{.*})", Pattern.DOTALL);
  private static final Pattern BECOMES =
      Pattern.compile(
          "(?:the test of (?<test>.+?)|return(?<return>| .+?)|%s|(?<variable>\\w+)) becomes (?<instead>.+)"
              .formatted(CALL),
          Pattern.DOTALL);
  private static final String BEFORE = "$";

  /** Reads a sentence of a class: its method, and what it does otherwise. */
  public static Mutation of(String file, String sentence) {
    Matcher parts = SENTENCE.matcher(sentence);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "must be like 'method: call() becomes true', but is " + sentence);
    }
    return new Mutation(file, parts.group(1), parts.group(2));
  }

  /** The source of the file, in which the method does otherwise. */
  public String in(String source) {
    MethodSource in = MethodSource.of(source, method);
    Matcher skips = SKIPS.matcher(behaviour);
    if (skips.matches()) {
      return in.without(only(in.calls(skips.group("call"), skips.group("argument"))));
    }
    Matcher stays = STAYS.matcher(behaviour);
    if (stays.matches()) {
      return in.without(only(in.assignments(stays.group("variable"))));
    }
    Matcher does = DOES.matcher(behaviour);
    if (does.matches()) {
      return in.with(only(in.bodies()), does.group("body"));
    }
    Matcher becomes = BECOMES.matcher(behaviour);
    if (!becomes.matches()) {
      throw new IllegalArgumentException("'%s' says nothing that can be done".formatted(this));
    }
    Tree before = only(found(becomes, in));
    return in.with(before, becomes.group("instead").replace(BEFORE, in.textOf(before)));
  }

  private static List<Tree> found(Matcher becomes, MethodSource in) {
    if (becomes.group("test") != null) {
      return in.tests(becomes.group("test"));
    }
    if (becomes.group("return") != null) {
      return in.returned(becomes.group("return"));
    }
    return becomes.group("call") != null
        ? in.calls(becomes.group("call"), becomes.group("argument"))
        : in.assigned(becomes.group("variable"));
  }

  private Tree only(List<Tree> found) {
    if (found.size() != 1) {
      throw new IllegalStateException(
          "what '%s' speaks of must be there once, but is %s".formatted(this, found));
    }
    return found.get(0);
  }

  @Override
  public String toString() {
    return "%s: %s: %s".formatted(file, method, behaviour);
  }
}
