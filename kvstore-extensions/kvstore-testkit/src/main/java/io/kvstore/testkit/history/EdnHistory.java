package io.kvstore.testkit.history;

import io.kvstore.testkit.history.Values.Symbol;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the operations of Knossos and Jepsen, and of Porcupine's key-value tests: maps such as
 * {@code {:process 0, :type :invoke, :f :write, :value 3}}, in a vector, a list or one after
 * another.
 *
 * <p>Processes that are not numbers are the nemesis. The value at the end counts; a read of nil
 * says nothing, unless the map has a {@code :key}, where nil is the value of what is absent.
 */
final class EdnHistory {
  private static final Symbol PROCESS = new Symbol(":process");
  private static final Symbol TYPE = new Symbol(":type");
  private static final Symbol FUNCTION = new Symbol(":f");
  private static final Symbol KEY = new Symbol(":key");
  private static final Symbol VALUE = new Symbol(":value");

  private final Edn edn;
  private final Events events;

  EdnHistory(String file, String text) {
    edn = new Edn(file, text);
    events = new Events(edn::expected);
  }

  History read() {
    boolean within = edn.enter();
    while (!within || !edn.leave()) {
      Object event = edn.next();
      if (event == Edn.END && within) {
        throw edn.expected("']' or ')' before the end of the file");
      }
      if (event == Edn.END) {
        return events.history();
      }
      if (!(event instanceof Map<?, ?> map)) {
        throw edn.expected("a map, found " + event);
      }
      read(map);
    }
    if (edn.next() != Edn.END) {
      throw edn.expected("the end of the file");
    }
    return events.history();
  }

  private void read(Map<?, ?> event) {
    Object who = event.get(PROCESS);
    if (!event.containsKey(PROCESS)) {
      throw edn.expected("a :process in " + event);
    }
    if (!(who instanceof Long number)) {
      return;
    }
    int process = number.intValue();
    String function = symbol(event, FUNCTION);
    Kind kind =
        Kind.named(function)
            .orElseThrow(
                () ->
                    edn.expected(
                        ":f to be one of :read :write :cas :get :put :append :delete :add, found :"
                            + function));
    String type = symbol(event, TYPE);
    switch (type) {
      case "invoke" -> invoke(process, kind, event);
      case "ok" -> ok(events.end(process, kind), kind, event);
      case "fail" -> events.fail(events.end(process, kind));
      case "info" -> events.end(process, kind);
      default -> throw edn.expected(":type to be one of :invoke :ok :fail :info, found :" + type);
    }
  }

  private void invoke(int process, Kind kind, Map<?, ?> event) {
    int key = number(event.get(KEY));
    if (kind == Kind.READ || kind == Kind.DELETE) {
      events.invoke(process, kind, key, Values.NONE, Values.NONE);
    } else if (kind == Kind.CAS) {
      List<?> pair = pair(event);
      events.invoke(process, kind, key, number(pair.get(1)), number(pair.get(0)));
    } else {
      events.invoke(process, kind, key, number(event.get(VALUE)), Values.NONE);
    }
  }

  private void ok(int operation, Kind kind, Map<?, ?> event) {
    Object value = event.get(VALUE);
    switch (kind) {
      case READ -> {
        boolean saysNothing = value == null && !event.containsKey(KEY);
        events.ok(operation, saysNothing ? Values.NONE : number(value));
      }
      case CAS -> {
        List<?> pair = pair(event);
        events.ok(operation, number(pair.get(1)), number(pair.get(0)), Values.TRUE);
      }
      case DELETE, ADD -> events.ok(operation, Values.NONE);
      default -> events.ok(operation, number(value), Values.NONE, Values.NONE);
    }
  }

  private int number(@Nullable Object value) {
    return events.number(
        value instanceof List || value instanceof Map ? new Symbol(value.toString()) : value);
  }

  private List<?> pair(Map<?, ?> event) {
    if (event.get(VALUE) instanceof List<?> pair && pair.size() == 2) {
      return pair;
    }
    throw edn.expected(":value to be [from to], found " + event.get(VALUE));
  }

  private String symbol(Map<?, ?> event, Symbol key) {
    if (event.get(key) instanceof Symbol symbol && symbol.text().startsWith(":")) {
      return symbol.text().substring(1);
    }
    throw edn.expected(key + " to be a keyword, found " + event.get(key));
  }
}
