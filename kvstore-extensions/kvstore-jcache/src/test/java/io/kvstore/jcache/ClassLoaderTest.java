package io.kvstore.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A manager has the classes of its class loader, and a store wherever it is asked for. */
class ClassLoaderTest {
  private final KVStoreCachingProvider provider = new KVStoreCachingProvider();

  /** What an application has, and a class loader of its own. */
  public record Price(long cents) implements Serializable {}

  /** Loads {@link Price} itself, as the class loader of an application does. */
  private static final class ApplicationLoader extends ClassLoader {
    ApplicationLoader() {
      super(ClassLoaderTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.equals(Price.class.getName())) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? defined(name) : loaded;
    }

    private Class<?> defined(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException failure) {
        throw new ClassNotFoundException(name, failure);
      }
    }
  }

  @AfterEach
  void close() {
    provider.close();
  }

  private static Object price(ClassLoader classLoader) throws ReflectiveOperationException {
    return classLoader.loadClass(Price.class.getName()).getConstructor(long.class).newInstance(100);
  }

  private Cache<String, Object> cache(ClassLoader classLoader) {
    return provider
        .getCacheManager(URI.create("kvstore:shop"), classLoader)
        .createCache("prices", new MutableConfiguration<>());
  }

  @Test
  void aValueHasTheClassThatTheManagersLoaderHas() throws ReflectiveOperationException {
    ClassLoader application = new ApplicationLoader();
    Cache<String, Object> cache = cache(application);
    Object price = price(application);
    cache.put("tea", price);

    assertThat(price.getClass()).isNotEqualTo(Price.class);
    assertThat(cache.get("tea")).isEqualTo(price);
    assertThat(cache.get("tea").getClass()).isSameAs(price.getClass());
  }

  @Test
  void managersOfTwoLoadersAreTwo() throws ReflectiveOperationException {
    ClassLoader one = new ApplicationLoader();
    ClassLoader other = new ApplicationLoader();
    Cache<String, Object> ofOne = cache(one);
    Cache<String, Object> ofOther = cache(other);
    ofOne.put("tea", price(one));

    assertThat(ofOther.get("tea")).isNull();
    provider.close(one);
    assertThat(ofOne.isClosed()).isTrue();
    assertThat(ofOther.isClosed()).isFalse();
  }

  @Test
  void aValueWhoseClassIsNotThereIsToldAndCanBeReplaced() throws ReflectiveOperationException {
    Cache<String, Object> cache = cache(ClassLoader.getPlatformClassLoader());
    cache.put("tea", price(new ApplicationLoader()));

    assertThatThrownBy(() -> cache.get("tea"))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("cannot be read with the classes of");
    cache.put("tea", "100");
    assertThat(cache.get("tea")).isEqualTo("100");
  }

  @Test
  void aManagerIsOpenedByAThreadWhoseLoaderKnowsNoEngine() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      CacheManager manager = provider.getCacheManager();
      assertThat(manager.isClosed()).isFalse();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
