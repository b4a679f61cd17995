package io.kvstore.ratis;

import io.kvstore.ratis.Coding.Reading;
import io.kvstore.ratis.Coding.Writing;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * How the kinds of one sealed type are written: a byte that says which kind it is, and then what a
 * value of that kind has. A number that was used once keeps its meaning: it stands in logs.
 */
final class Kinds<T> {
  private final String name;
  private final Map<Class<?>, Kind<T>> byClass = new HashMap<>();
  private final Map<Byte, Kind<T>> byNumber = new HashMap<>();

  private record Kind<T>(byte number, Writing<T> writing, Reading<? extends T> reading) {}

  /** No kinds yet, of something that messages call by this name. */
  Kinds(String name) {
    this.name = name;
  }

  /** The same with a kind whose values are written one way. */
  <K extends T> Kinds<T> with(
      int number, Class<K> type, Writing<? super K> writing, Reading<K> reading) {
    Kind<T> kind =
        new Kind<>((byte) number, (out, value) -> writing.write(out, type.cast(value)), reading);
    byClass.put(type, kind);
    if (byNumber.put(kind.number(), kind) != null) {
      throw new IllegalArgumentException("the number " + number + " is taken");
    }
    return this;
  }

  /** The same with a kind that has one value. */
  <K extends T> Kinds<T> with(int number, K value) {
    @SuppressWarnings("unchecked")
    Class<K> type = (Class<K>) value.getClass();
    return with(number, type, (out, only) -> {}, in -> value);
  }

  void write(DataOutputStream out, T value) throws IOException {
    Kind<T> kind = byClass.get(value.getClass());
    if (kind == null) {
      throw new IllegalArgumentException("no " + name + " is written like " + value);
    }
    out.writeByte(kind.number());
    kind.writing().write(out, value);
  }

  T read(DataInputStream in) throws IOException {
    byte number = in.readByte();
    Kind<T> kind = byNumber.get(number);
    if (kind == null) {
      throw new IOException("no " + name + " has the number " + number);
    }
    return kind.reading().read(in);
  }
}
