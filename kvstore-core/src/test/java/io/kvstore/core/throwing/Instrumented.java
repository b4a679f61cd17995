package io.kvstore.core.throwing;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.isMethod;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.pool.TypePool;

/**
 * Loads the core anew, with a call of {@link Bomb} at the beginning and the end of every method;
 * and, without that, what tells the story of a test. Everything else is shared with the test.
 */
final class Instrumented extends ClassLoader {
  private static final String CORE = "io.kvstore.core.";
  private static final String STORY = "io.kvstore.core.throwing.Story";

  private final ClassFileLocator files =
      ClassFileLocator.ForClassLoader.of(Instrumented.class.getClassLoader());
  private final TypePool types = TypePool.Default.of(files);
  private final Map<String, Boolean> instrumented = new ConcurrentHashMap<>();

  /** What is put around a method. */
  private static final class Around {
    @Advice.OnMethodEnter
    static void enter() {
      Bomb.enter();
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit() {
      Bomb.exit();
    }
  }

  /** What is put before a constructor. */
  private static final class Before {
    @Advice.OnMethodEnter
    static void enter() {
      Bomb.enter();
      Bomb.exit();
    }
  }

  Instrumented() {
    super(Instrumented.class.getClassLoader());
  }

  /** How many classes were instrumented. */
  int classes() {
    return instrumented.size();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    boolean isStory = name.startsWith(STORY);
    if (!name.startsWith(CORE) || (name.startsWith(CORE + "throwing.") && !isStory)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        byte[] code = isStory ? read(name) : instrument(name);
        loaded = defineClass(name, code, 0, code.length);
      }
      return loaded;
    }
  }

  private byte[] read(String name) throws ClassNotFoundException {
    try {
      return files.locate(name).resolve();
    } catch (IOException unreadable) {
      throw new ClassNotFoundException(name, unreadable);
    }
  }

  private byte[] instrument(String name) throws ClassNotFoundException {
    TypePool.Resolution found = types.describe(name);
    if (!found.isResolved()) {
      throw new ClassNotFoundException(name);
    }
    instrumented.put(name, true);
    return new ByteBuddy()
        .redefine(found.resolve(), files)
        .visit(Advice.to(Around.class).on(isMethod()))
        .visit(Advice.to(Before.class).on(isConstructor()))
        .make()
        .getBytes();
  }
}
