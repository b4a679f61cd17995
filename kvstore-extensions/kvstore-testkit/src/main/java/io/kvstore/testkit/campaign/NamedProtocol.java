package io.kvstore.testkit.campaign;

import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.Env;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;

/** A protocol that is not the library's, by the name of its class. */
final class NamedProtocol {
  private NamedProtocol() {}

  /**
   * What makes its controlets.
   *
   * @param name of a controlet with a constructor that takes its {@link Env}, or of a factory with
   *     one that takes nothing
   * @throws IllegalArgumentException when the class is neither, or not on the class path
   */
  static ControletFactory of(String name) {
    Class<?> named;
    try {
      named = Class.forName(name);
    } catch (ClassNotFoundException missing) {
      throw new IllegalArgumentException(
          "there is no class " + name + " on the class path of this command", missing);
    }
    if (ControletFactory.class.isAssignableFrom(named)) {
      return (ControletFactory) make(constructor(named));
    }
    if (!Controlet.class.isAssignableFrom(named)) {
      throw new IllegalArgumentException(
          name + " is neither a " + Controlet.class.getName() + " nor a ControletFactory");
    }
    Constructor<?> constructor = constructor(named, Env.class);
    return env -> (Controlet) make(constructor, env);
  }

  private static Constructor<?> constructor(Class<?> named, Class<?>... parameters) {
    try {
      Constructor<?> constructor = named.getDeclaredConstructor(parameters);
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException missing) {
      throw new IllegalArgumentException(
          named.getName()
              + " has no constructor that takes "
              + (parameters.length == 0 ? "nothing" : "an " + Env.class.getName()),
          missing);
    }
  }

  private static Object make(Constructor<?> constructor, Object... arguments) {
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException thrown) {
      throw new IllegalStateException(
          constructor.getDeclaringClass().getName() + " cannot be made", thrown.getCause());
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalArgumentException(
          constructor.getDeclaringClass().getName() + " cannot be made", impossible);
    }
  }
}
