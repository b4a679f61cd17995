package io.kvstore.testkit.campaign;

import static java.util.Objects.requireNonNull;

import io.kvstore.core.Simulation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A bug that is planted into the core: a piece of its source is replaced, the file compiled anew,
 * and everything loaded once more around it. Nothing in the core knows of this.
 *
 * @param name what the bug does
 * @param cell where it is looked for
 * @param promise the check that must find it
 * @param file the source file, within the core's package
 * @param original the piece that is replaced; it must be there exactly once
 * @param replacement what stands there instead
 * @param more what else is replaced, where one piece guards against the loss of another
 */
record PlantedBug(
    String name,
    String cell,
    String promise,
    String file,
    String original,
    String replacement,
    List<PlantedBug> more) {
  /** After the name of a cell: the store moves, and nodes join and leave. */
  private static final String CHANGING = " changing";

  /** What follows the name of a cell whose replicas are on simulated disks. */
  static final String ON_DISKS = " on disks";

  /** What follows the name of a cell whose views are set from outside. */
  static final String OUTSIDE = " outside";

  /** What follows the name of a cell whose turns take time in every scenario. */
  static final String LONG_TURNS = " in long turns";

  /** What follows all of that, before the features that every scenario has. */
  static final String WITH = " with ";

  private static final int USUALLY_EACH = 3;

  /** Every third of these, or those that {@code -Dkvstore.bug=} names by a part of their names. */
  static Stream<PlantedBug> chosen(List<PlantedBug> all) {
    String named = System.getProperty("kvstore.bug");
    return IntStream.range(0, all.size())
        .filter(i -> named == null ? i % USUALLY_EACH == 0 : all.get(i).name().contains(named))
        .mapToObj(all::get);
  }

  private static final Path SOURCES =
      Path.of("..", "..", "kvstore-core", "src", "main", "java", "io", "kvstore", "core");

  PlantedBug(
      String name, String cell, String promise, String file, String original, String replacement) {
    this(name, cell, promise, file, original, replacement, List.of());
  }

  /** The same bug, for which another piece must be replaced, too. */
  PlantedBug with(String otherFile, String itsOriginal, String itsReplacement) {
    List<PlantedBug> all = new ArrayList<>(more);
    all.add(new PlantedBug(name, cell, promise, otherFile, itsOriginal, itsReplacement));
    return new PlantedBug(name, cell, promise, file, original, replacement, List.copyOf(all));
  }

  /** Runs a campaign with the bug in it, and tells what the campaign said; nothing if all held. */
  String hunt(long first, int seeds, Path folder) {
    return run(Hunter.class, first, seeds, folder);
  }

  /**
   * Runs a campaign with the bug in it as the command does, with drawn features and all verdicts;
   * answers the first seed and the promise that was broken, or nothing.
   */
  String meet(long first, int seeds, Path folder) {
    return run(Passer.class, first, seeds, folder);
  }

  private String run(Class<?> type, long first, int seeds, Path folder) {
    compile(folder);
    try (URLClassLoader loader = new ChildFirst(classPath(folder))) {
      Object runner = loader.loadClass(type.getName()).getConstructor().newInstance();
      @SuppressWarnings("unchecked")
      Function<String[], String> campaign = (Function<String[], String>) runner;
      return campaign.apply(
          new String[] {cell, Long.toString(first), Integer.toString(seeds), promise});
    } catch (ReflectiveOperationException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** What is loaded anew: runs a campaign, and answers what it found. */
  public static final class Hunter implements Function<String[], String> {
    /** Made by reflection. */
    public Hunter() {}

    @Override
    public String apply(String[] what) {
      try {
        String[] parts = what[0].split(WITH, 2);
        boolean isChanging = parts[0].endsWith(CHANGING);
        boolean isOnDisks = parts[0].endsWith(ON_DISKS);
        Campaign plain =
            Campaign.of(
                Cell.named(
                    parts[0].replace(CHANGING, "").replace(ON_DISKS, "").replace(LONG_TURNS, "")));
        plain = plain.turnsTakeTime(parts[0].endsWith(LONG_TURNS)); // others are made small sooner
        plain = plain.features(parts.length > 1 ? parts[1] : "none");
        (isChanging ? plain.changing() : isOnDisks ? plain.durable() : plain)
            .seeds(Long.parseLong(what[1]), Long.parseLong(what[2]))
            .judgedBy(played -> Judge.judge(played).only(what[3]))
            .check();
        return "";
      } catch (AssertionError found) {
        return requireNonNull(found.getMessage());
      }
    }
  }

  /** What is loaded anew: runs a campaign that knows nothing of the bug. */
  public static final class Passer implements Function<String[], String> {
    private static final Pattern FAILED = Pattern.compile(".* with the seed (\\d+) .*");

    /** Made by reflection. */
    public Passer() {}

    @Override
    public String apply(String[] what) {
      String cell = what[0].replace(CHANGING, "").replace(ON_DISKS, "").replace(OUTSIDE, "");
      Campaign campaign =
          Campaign.of(Cell.named(cell))
              .seeds(Long.parseLong(what[1]), Long.parseLong(what[2]))
              .shrinkingWithin(Duration.ZERO);
      campaign = what[0].endsWith(CHANGING) ? campaign.changing() : campaign;
      campaign = what[0].endsWith(ON_DISKS) ? campaign.durable() : campaign;
      campaign = what[0].endsWith(OUTSIDE) ? campaign.viewsFromOutside() : campaign;
      try {
        return campaign.find().map(found -> found.seed() + " " + found.promise()).orElse("");
      } catch (IllegalStateException failed) { // on the way
        String message = String.valueOf(failed.getMessage());
        Matcher matcher = FAILED.matcher(message.replace('\n', ' '));
        return matcher.matches() ? matcher.group(1) + " failing" : what[1] + " " + message;
      }
    }
  }

  private void compile(Path folder) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> complaints = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("-proc:none", "-nowarn", "-cp", path(), "-d", folder.toString());
      boolean compiled =
          compiler
              .getTask(
                  null,
                  files,
                  complaints,
                  options,
                  null,
                  files.getJavaFileObjects(changedSources(folder).toArray(Path[]::new)))
              .call();
      if (!compiled) {
        throw new IllegalStateException(
            this
                + " does not compile: "
                + complaints.getDiagnostics().stream()
                    .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                    .map(Object::toString)
                    .collect(Collectors.joining("\n")));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private Collection<Path> changedSources(Path folder) throws IOException {
    Map<Path, Path> changed = new LinkedHashMap<>(); // by the original
    for (PlantedBug each : Stream.concat(Stream.of(this), more.stream()).toList()) {
      Path source = SOURCES.resolve(each.file);
      Path target = folder.resolve(source.getFileName());
      Files.writeString(
          target, each.planted(Files.readString(changed.getOrDefault(source, source))));
      changed.put(source, target);
    }
    return changed.values();
  }

  /** Whether what it replaces is in the file, once. */
  boolean fits() throws IOException {
    planted(Files.readString(SOURCES.resolve(file)));
    return true;
  }

  private String planted(String source) {
    int at = source.indexOf(original);
    if (at < 0 || source.indexOf(original, at + 1) >= 0) {
      throw new IllegalStateException(
          file + " must have this exactly once, for the bug '" + name + "': " + original);
    }
    return source.replace(original, replacement);
  }

  private static String path() {
    return Stream.of("java.class.path", "jdk.module.path", "surefire.test.class.path")
        .map(name -> System.getProperty(name, ""))
        .collect(Collectors.joining(System.getProperty("path.separator")));
  }

  private static List<URL> classPath(Path folder) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    urls.add(folder.toUri().toURL());
    for (Class<?> each : List.of(Simulation.class, Campaign.class, PlantedBug.class)) {
      urls.add(each.getProtectionDomain().getCodeSource().getLocation());
    }
    return urls;
  }

  /** Loads the core and the testkit anew, and shares everything else. */
  private static final class ChildFirst extends URLClassLoader {
    ChildFirst(List<URL> urls) {
      super(urls.toArray(URL[]::new), PlantedBug.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("io.kvstore.core.") && !name.startsWith("io.kvstore.testkit.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
