package io.kvstore.jcache;

import io.kvstore.Bytes;
import io.kvstore.Codec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.cache.CacheException;

/** Java's serialization, with the classes of one class loader. */
final class SerializingCodec<T> implements Codec<T> {
  private final ClassLoader classLoader;

  SerializingCodec(ClassLoader classLoader) {
    this.classLoader = classLoader;
  }

  @Override
  public Bytes encode(T object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException failure) {
      throw new CacheException(
          "a " + object.getClass().getName() + " cannot be serialized: " + failure, failure);
    }
    return Bytes.wrap(bytes.toByteArray());
  }

  @Override
  @SuppressWarnings("unchecked") // what is read was written by a cache of this type
  public T decode(Bytes bytes) {
    try (ObjectInputStream in =
        new LoadingInput(new ByteArrayInputStream(bytes.toArray()), classLoader)) {
      return (T) in.readObject();
    } catch (IOException | ClassNotFoundException failure) {
      throw new CacheException(
          "what is stored cannot be read with the classes of " + classLoader + ": " + failure,
          failure);
    }
  }

  /** Finds classes with one class loader, and no other that may be around. */
  private static final class LoadingInput extends ObjectInputStream {
    private static final Map<String, Class<?>> PRIMITIVES =
        Stream.of(
                boolean.class,
                byte.class,
                char.class,
                short.class,
                int.class,
                long.class,
                float.class,
                double.class,
                void.class)
            .collect(Collectors.toUnmodifiableMap(Class::getName, type -> type));

    private final ClassLoader classLoader;

    LoadingInput(InputStream in, ClassLoader classLoader) throws IOException {
      super(in);
      this.classLoader = classLoader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description) throws ClassNotFoundException {
      Class<?> primitive = PRIMITIVES.get(description.getName());
      return primitive == null ? loaded(description.getName()) : primitive;
    }

    private Class<?> loaded(String name) throws ClassNotFoundException {
      return Class.forName(name, false, classLoader);
    }

    @Override
    @SuppressWarnings("deprecation") // the way that takes the interfaces of any class loader
    protected Class<?> resolveProxyClass(String[] names) throws ClassNotFoundException {
      Class<?>[] interfaces = new Class<?>[names.length];
      for (int i = 0; i < names.length; i++) {
        interfaces[i] = loaded(names[i]);
      }
      return Proxy.getProxyClass(classLoader, interfaces);
    }
  }
}
