package io.kvstore.testkit.history;

import io.kvstore.testkit.history.Values.Symbol;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private static final Object MISSING = new Object();

  private final Edn edn;
  private final Events events;

  /** The members of the event that is read. */
  private @Nullable Object process;

  private @Nullable Object type;
  private @Nullable Object function;
  private @Nullable Object key;
  private @Nullable Object value;

  EdnHistory(String file, String text) {
    edn = new Edn(file, text);
    events =
        new Events() {
          @Override
          HistoryFormatException expected(String what) {
            return edn.expected(what);
          }
        };
  }

  History read() {
    char end = '\0';
    while (true) {
      if (edn.steps('{')) {
        readMembers();
        readEvent();
      } else if (end == '\0' && edn.steps('[')) {
        end = ']';
      } else if (end == '\0' && edn.steps('(')) {
        end = ')';
      } else if (end != '\0' && edn.steps(end)) {
        end = '\0';
      } else {
        Object other = edn.next();
        if (other != Edn.END) {
          throw edn.expected("a map, found " + other);
        }
        if (end != '\0') {
          throw edn.expected("'" + end + "' before the end of the file");
        }
        return events.history();
      }
    }
  }

  private void readMembers() {
    process = MISSING;
    type = MISSING;
    function = MISSING;
    key = MISSING;
    value = MISSING;
    while (!edn.steps('}')) {
      Object name = edn.next();
      Object member = edn.next();
      if (member == Edn.END) {
        throw edn.expected("'}' before the end of the file");
      }
      if (name instanceof Symbol symbol) {
        switch (symbol.text()) {
          case ":process" -> process = member;
          case ":type" -> type = member;
          case ":f" -> function = member;
          case ":key" -> key = member;
          case ":value" -> value = member;
          default -> {}
        }
      }
    }
  }

  private void readEvent() {
    if (process == MISSING) {
      throw edn.expected("a :process");
    }
    if (!(process instanceof Long number)) {
      return;
    }
    int who = number.intValue();
    String name = keyword(":f", function);
    Optional<Kind> known = Kind.named(name);
    if (known.isEmpty()) {
      throw edn.expected(
          ":f to be one of :read :write :cas :get :put :append :delete :add, found :" + name);
    }
    Kind kind = known.get();
    String event = keyword(":type", type);
    switch (event) {
      case "invoke" -> invoke(who, kind);
      case "ok" -> ok(events.end(who, kind), kind);
      case "fail" -> events.fail(events.end(who, kind));
      case "info" -> events.unknown(who, kind);
      default -> throw edn.expected(":type to be one of :invoke :ok :fail :info, found :" + event);
    }
  }

  private void invoke(int who, Kind kind) {
    int on = key == MISSING ? Values.NIL : number(key);
    if (kind == Kind.READ || kind == Kind.DELETE) {
      events.invoke(who, kind, on, Values.NONE, Values.NONE);
    } else if (kind == Kind.CAS) {
      List<?> pair = pair();
      events.invoke(who, kind, on, number(pair.get(1)), number(pair.get(0)));
    } else {
      events.invoke(who, kind, on, number(value == MISSING ? null : value), Values.NONE);
    }
  }

  private void ok(int operation, Kind kind) {
    boolean isSilent = value == MISSING || value == null;
    if (kind == Kind.READ) {
      boolean saysNothing = isSilent && (key == MISSING || value == MISSING);
      events.ok(operation, saysNothing ? Values.NONE : number(value));
      return;
    }
    if (kind == Kind.CAS && value instanceof List<?>) {
      List<?> pair = pair();
      events.argue(operation, number(pair.get(1)), number(pair.get(0)));
    } else if ((kind == Kind.WRITE || kind == Kind.APPEND) && !isSilent) {
      events.argue(operation, number(value), Values.NONE);
    }
    events.ok(operation, kind == Kind.CAS ? Values.TRUE : Values.NONE);
  }

  private int number(@Nullable Object any) {
    return events.number(
        any instanceof List || any instanceof Map ? new Symbol(any.toString()) : any);
  }

  private List<?> pair() {
    if (value instanceof List<?> pair && pair.size() == 2) {
      return pair;
    }
    throw edn.expected(":value to be [from to], found " + (value == MISSING ? "none" : value));
  }

  private String keyword(String name, @Nullable Object member) {
    if (member instanceof Symbol symbol && symbol.text().startsWith(":")) {
      return symbol.text().substring(1);
    }
    throw edn.expected(name + " to be a keyword, found " + (member == MISSING ? "none" : member));
  }
}
