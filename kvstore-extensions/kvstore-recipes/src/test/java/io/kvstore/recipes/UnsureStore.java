package io.kvstore.recipes;

import io.kvstore.AsyncKVStore;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** A store whose next writes have fates of the test's choice. */
@SuppressWarnings("FutureReturnValueIgnored") // it passes on whatever it is answered
final class UnsureStore {
  /** What becomes of a write. */
  enum Fate {
    /** It is done, and its answer comes. */
    ANSWERED,
    /** It is done, and its outcome is unknown. */
    DONE,
    /** It is not done, and its outcome is unknown. */
    LOST,
    /** Its outcome is unknown, and it is done when {@link #letLateWritesCome} is called. */
    LATE
  }

  private static final Set<String> WRITES = Set.of("update", "add");

  private final KVStore<String, String> store;
  private final Deque<Fate> fates = new ArrayDeque<>();
  private final List<Callable<Object>> late = new ArrayList<>();
  private boolean isUnsureFromNowOn;

  UnsureStore(KVStore<String, String> store) {
    this.store = store;
  }

  synchronized UnsureStore next(Fate... some) {
    fates.addAll(List.of(some));
    return this;
  }

  /** No write is done any more, and none is known not to be. */
  synchronized void loseAll() {
    isUnsureFromNowOn = true;
  }

  synchronized void letLateWritesCome() throws Exception {
    for (Callable<Object> write : late) {
      Object answer = write.call();
      if (answer instanceof CompletableFuture<?> future) {
        future.join();
      }
    }
    late.clear();
  }

  @SuppressWarnings("unchecked")
  KVStore<String, String> view() {
    AsyncKVStore<String, String> async =
        (AsyncKVStore<String, String>) proxy(AsyncKVStore.class, this::askAsync);
    return (KVStore<String, String>)
        proxy(
            KVStore.class,
            (self, method, arguments) ->
                method.getName().equals("async") ? async : ask(method, arguments));
  }

  private static Object proxy(Class<?> type, InvocationHandler handler) {
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
  }

  private Object ask(Method method, Object[] arguments) throws Throwable {
    Callable<Object> call = () -> method.invoke(store, arguments);
    return answer(method, call, false);
  }

  private Object askAsync(Object self, Method method, Object[] arguments) throws Throwable {
    Callable<Object> call = () -> method.invoke(store.async(), arguments);
    return answer(method, call, true);
  }

  private Object answer(Method method, Callable<Object> call, boolean isAsync) throws Throwable {
    try {
      Fate fate = WRITES.contains(method.getName()) ? fate() : Fate.ANSWERED;
      switch (fate) {
        case ANSWERED -> {
          return call.call();
        }
        case DONE -> {
          Object answer = call.call();
          if (answer instanceof CompletableFuture<?> future) {
            future.join();
          }
        }
        case LATE -> keep(call);
        case LOST -> {}
      }
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
    IndeterminateException unknown = new IndeterminateException("no answer came");
    if (isAsync) {
      return CompletableFuture.failedFuture(unknown);
    }
    throw unknown;
  }

  private synchronized void keep(Callable<Object> write) {
    late.add(write);
  }

  private synchronized Fate fate() {
    if (isUnsureFromNowOn) {
      return Fate.LOST;
    }
    return fates.isEmpty() ? Fate.ANSWERED : fates.poll();
  }
}
