package io.kvstore.playground.compile;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.teavm.backend.javascript.JSModuleType;
import org.teavm.diagnostics.DefaultProblemTextConsumer;
import org.teavm.diagnostics.Problem;
import org.teavm.diagnostics.ProblemSeverity;
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.TeaVMTool;
import org.teavm.vm.TeaVMOptimizationLevel;

/** Compiles the class path of this process to JavaScript. */
public final class Compile {
  private Compile() {}

  /**
   * Compiles it.
   *
   * @param arguments the class whose exports the script has; the script; the folder of the page's
   *     parts; the page
   */
  public static void main(String[] arguments) throws Exception {
    Path script = Path.of(arguments[1]);
    Path parts = Path.of(arguments[2]);
    Path page = Path.of(arguments[3]);
    List<Path> sources = new ArrayList<>(List.of(parts));
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      sources.add(Path.of(each));
    }
    if (Files.exists(script) && Files.exists(page) && isNewerThan(sources, page)) {
      return;
    }
    compile(arguments[0], sources.subList(1, sources.size()), script);
    Files.writeString(page, Page.of(parts, script));
  }

  private static void compile(String main, List<Path> classPath, Path script) throws Exception {
    TeaVMTool tool = new TeaVMTool();
    tool.setTargetType(TeaVMTargetType.JAVASCRIPT);
    tool.setMainClass(main);
    tool.setTargetDirectory(script.getParent().toFile());
    tool.setTargetFileName(script.getFileName().toString());
    tool.setJsModuleType(JSModuleType.UMD);
    tool.setOptimizationLevel(TeaVMOptimizationLevel.ADVANCED);
    tool.setObfuscated(!Boolean.getBoolean("playground.readable"));
    tool.setStrict(true);
    tool.setClassLoader(Compile.class.getClassLoader());
    tool.setClassPath(classPath.stream().map(Path::toFile).toList());
    tool.generate();
    requireNone(tool.getProblemProvider().getProblems());
  }

  /** Whether nothing has changed since the page was made. */
  private static boolean isNewerThan(List<Path> sources, Path page) throws IOException {
    FileTime made = Files.getLastModifiedTime(page); // it is written last
    for (Path source : sources) {
      if (!Files.exists(source)) {
        continue;
      }
      try (Stream<Path> files = Files.walk(source)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          if (!file.equals(page) && Files.getLastModifiedTime(file).compareTo(made) > 0) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static void requireNone(List<Problem> problems) {
    List<String> severe = new ArrayList<>();
    for (Problem each : problems) {
      if (each.getSeverity() == ProblemSeverity.ERROR) {
        DefaultProblemTextConsumer text = new DefaultProblemTextConsumer();
        each.render(text);
        severe.add(
            text.getText()
                + (each.getLocation() == null
                    ? ""
                    : " in "
                        + each.getLocation().getMethod()
                        + " "
                        + each.getLocation().getSourceLocation()));
      }
    }
    if (!severe.isEmpty()) {
      throw new IllegalStateException(severe.size() + " problems:\n" + String.join("\n", severe));
    }
  }
}
