package io.kvstore.mutation;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.CompoundAssignmentTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.UnaryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The methods of one name in a source file: what they call, assign, ask and return. */
final class MethodSource {
  private static final Set<Tree.Kind> COMPARISONS =
      Set.of(
          Tree.Kind.EQUAL_TO,
          Tree.Kind.NOT_EQUAL_TO,
          Tree.Kind.LESS_THAN,
          Tree.Kind.LESS_THAN_EQUAL,
          Tree.Kind.GREATER_THAN,
          Tree.Kind.GREATER_THAN_EQUAL,
          Tree.Kind.INSTANCE_OF);
  private static final Set<Tree.Kind> CONNECTIVES =
      Set.of(Tree.Kind.CONDITIONAL_AND, Tree.Kind.CONDITIONAL_OR);

  private final String text; // of the file
  private final CompilationUnitTree unit;
  private final SourcePositions positions;
  private final List<MethodTree> methods;
  private final List<Tree> nodes; // of the methods

  private MethodSource(
      String text, CompilationUnitTree unit, SourcePositions positions, String method) {
    this.text = text;
    this.unit = unit;
    this.positions = positions;
    methods = methods(method);
    nodes = methods.stream().flatMap(each -> nodesOf(each).stream()).toList();
    if (methods.isEmpty()) {
      throw new IllegalStateException(
          "there is no method %s in %s".formatted(method, unit.getTypeDecls().get(0)));
    }
  }

  /** The methods of this name in a file, or the one with these types of parameters. */
  static MethodSource of(String text, String method) {
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoresErrors) {
            return text;
          }
        };
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("-proc:none"), null, List.of(file));
    try {
      CompilationUnitTree unit = task.parse().iterator().next();
      return new MethodSource(text, unit, Trees.instance(task).getSourcePositions(), method);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private List<MethodTree> methods(String wanted) {
    List<MethodTree> methods = new ArrayList<>();
    for (Tree node : nodesOf(unit)) {
      if (node instanceof ClassTree type) {
        for (Tree member : type.getMembers()) {
          if (member instanceof MethodTree method) {
            String name = nameOf(method, type);
            if (wanted.equals(name) || wanted.equals(name + typesOf(method.getParameters()))) {
              methods.add(method);
            }
          }
        }
      }
    }
    return methods;
  }

  private static String nameOf(MethodTree method, ClassTree type) {
    boolean isConstructor = method.getReturnType() == null;
    return (isConstructor ? type.getSimpleName() : method.getName()).toString();
  }

  private static String typesOf(List<? extends VariableTree> parameters) {
    return parameters.stream()
        .map(each -> nameOf(each.getType()))
        .collect(Collectors.joining(", ", "(", ")"));
  }

  /** What the methods do. */
  List<Tree> bodies() {
    return methods.stream().<Tree>map(MethodTree::getBody).filter(Objects::nonNull).toList();
  }

  /**
   * The calls of a method, or the makings of an object.
   *
   * @param called a name, which may follow what the method is called on: {@code log.last}
   * @param argument what the first argument reads like; empty: whatever it is
   */
  List<Tree> calls(String called, String argument) {
    return nodes.stream()
        .filter(
            node ->
                (node instanceof MethodInvocationTree call
                        && isCallOf(call, called)
                        && beginWith(call.getArguments(), argument))
                    || (node instanceof NewClassTree made
                        && called.equals("new " + nameOf(made.getIdentifier()))
                        && beginWith(made.getArguments(), argument)))
        .toList();
  }

  private static boolean isCallOf(MethodInvocationTree call, String called) {
    String whole = withoutSpaces(call.getMethodSelect().toString());
    return whole.equals(called) || whole.endsWith("." + called);
  }

  private static boolean beginWith(List<? extends ExpressionTree> arguments, String first) {
    return first.isEmpty() || (!arguments.isEmpty() && reads(arguments.get(0), first));
  }

  /** The assignments to a variable, but for that of its declaration. */
  List<Tree> assignments(String variable) {
    return nodes.stream()
        .filter(
            node ->
                (node instanceof AssignmentTree set && nameOf(set.getVariable()).equals(variable))
                    || (node instanceof CompoundAssignmentTree changed
                        && nameOf(changed.getVariable()).equals(variable)))
        .toList();
  }

  /** What is assigned to a variable, also where it is declared. */
  List<Tree> assigned(String variable) {
    List<Tree> found = new ArrayList<>();
    for (Tree node : nodes) {
      if (node instanceof AssignmentTree set && nameOf(set.getVariable()).equals(variable)) {
        found.add(set.getExpression());
      } else if (node instanceof VariableTree declared
          && declared.getName().contentEquals(variable)
          && declared.getInitializer() != null) {
        found.add(declared.getInitializer());
      }
    }
    return found;
  }

  /** What is returned and reads like this; all that is returned for an empty text. */
  List<Tree> returned(String like) {
    List<Tree> found = new ArrayList<>();
    for (Tree node : nodes) {
      if (node instanceof ReturnTree end && end.getExpression() != null) {
        if (like.isEmpty() || reads(end.getExpression(), like)) {
          found.add(end.getExpression());
        }
      }
    }
    return found;
  }

  /** The conditions that read like this, else the smallest ones that name it. */
  List<Tree> tests(String like) {
    Set<Tree> tests = new LinkedHashSet<>();
    for (Tree node : nodes) {
      conditionsOf(node).forEach(each -> addWhatIsAsked(each, tests));
      if (COMPARISONS.contains(node.getKind())) {
        tests.add(node);
      }
    }
    List<Tree> same = tests.stream().filter(each -> reads(each, like)).toList();
    List<Tree> naming = tests.stream().filter(each -> names(each, like)).toList();
    Predicate<Tree> isSmallest =
        test -> naming.stream().noneMatch(each -> each != test && nodesOf(test).contains(each));
    return same.isEmpty() ? naming.stream().filter(isSmallest).toList() : same;
  }

  private static List<ExpressionTree> conditionsOf(Tree node) {
    if (node instanceof IfTree fork) {
      return List.of(fork.getCondition());
    }
    if (node instanceof WhileLoopTree loop) {
      return List.of(loop.getCondition());
    }
    if (node instanceof ConditionalExpressionTree choice) {
      return List.of(choice.getCondition());
    }
    if (node instanceof BinaryTree both && CONNECTIVES.contains(both.getKind())) {
      return List.of(both.getLeftOperand(), both.getRightOperand());
    }
    return List.of();
  }

  private static void addWhatIsAsked(ExpressionTree condition, Set<Tree> tests) {
    if (condition instanceof ParenthesizedTree inner) {
      addWhatIsAsked(inner.getExpression(), tests);
    } else if (condition.getKind() == Tree.Kind.LOGICAL_COMPLEMENT) {
      addWhatIsAsked(((UnaryTree) condition).getExpression(), tests);
    } else {
      tests.add(condition);
    }
  }

  private static boolean names(Tree tree, String name) {
    return nodesOf(tree).stream()
        .filter(each -> each instanceof IdentifierTree || each instanceof MemberSelectTree)
        .anyMatch(each -> nameOf(each).equals(name));
  }

  private static boolean reads(Tree tree, String like) {
    return withoutSpaces(tree.toString()).equals(withoutSpaces(like));
  }

  private static String withoutSpaces(String text) {
    return text.replaceAll("\\s", "");
  }

  private static String nameOf(Tree tree) {
    return tree instanceof MemberSelectTree select
        ? select.getIdentifier().toString()
        : tree.toString().replaceAll("<.*", "");
  }

  private static List<Tree> nodesOf(Tree tree) {
    List<Tree> nodes = new ArrayList<>();
    new TreeScanner<@Nullable Object, @Nullable Object>() {
      @Override
      public @Nullable Object scan(@Nullable Tree each, @Nullable Object unused) {
        if (each != null) {
          nodes.add(each);
        }
        return super.scan(each, unused);
      }
    }.scan(tree, null);
    return nodes;
  }

  /** The text of a part. */
  String textOf(Tree part) {
    return text.substring(startOf(part), endOf(part));
  }

  /** The text of the file without a part. */
  String without(Tree part) {
    boolean isStatement =
        nodesOf(unit).stream()
            .anyMatch(
                each ->
                    each instanceof ExpressionStatementTree statement
                        && statement.getExpression() == part);
    return replaced(part, isStatement ? "" : "{}"); // what a lambda expression consists of
  }

  /** The text of the file with something else in the place of a part. */
  String with(Tree part, String instead) {
    boolean isOperand =
        nodesOf(unit).stream()
            .anyMatch(each -> operandsOf(each).anyMatch(operand -> operand == part));
    return replaced(part, isOperand ? "(" + instead + ")" : instead);
  }

  private static Stream<Tree> operandsOf(Tree node) {
    if (node instanceof UnaryTree one) {
      return Stream.of(one.getExpression());
    }
    return node instanceof BinaryTree both
        ? Stream.of(both.getLeftOperand(), both.getRightOperand())
        : Stream.empty();
  }

  private String replaced(Tree part, String instead) {
    return text.substring(0, startOf(part)) + instead + text.substring(endOf(part));
  }

  private int startOf(Tree part) {
    return (int) positions.getStartPosition(unit, part);
  }

  private int endOf(Tree part) {
    return (int) positions.getEndPosition(unit, part);
  }
}
