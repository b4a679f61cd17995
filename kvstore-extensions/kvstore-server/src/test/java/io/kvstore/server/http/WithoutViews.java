package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.Cluster;
import io.kvstore.Codecs;
import io.kvstore.KVStore;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;

/** A store whose engine can neither crash members nor have views set, like one across machines. */
final class WithoutViews {
  private static final Set<String> MEANINGLESS =
      Set.of("setView", "expel", "crash", "restart", "pause", "network", "add");

  private WithoutViews() {}

  @SuppressWarnings("unchecked")
  static KVStore<Bytes, Bytes> store() {
    KVStore<Bytes, Bytes> store = KVStore.builder().keys(Codecs.BYTES).values(Codecs.BYTES).open();
    Cluster cluster =
        proxy(
            Cluster.class,
            (self, method, arguments) -> {
              if (MEANINGLESS.contains(method.getName())) {
                throw new UnsupportedOperationException(
                    method.getName() + " has no meaning here: do it otherwise");
              }
              return call(method, store.cluster(), arguments);
            });
    return proxy(
        KVStore.class,
        (self, method, arguments) ->
            method.getName().equals("cluster") ? cluster : call(method, store, arguments));
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Object call(Method method, Object target, Object... arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }
}
