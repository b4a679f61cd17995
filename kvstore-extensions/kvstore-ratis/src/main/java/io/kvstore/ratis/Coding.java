package io.kvstore.ratis;

import io.kvstore.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** How values become bytes, with the most significant bytes first. */
final class Coding {

  private Coding() {}

  /** Writes one value. */
  interface Writing<T> {
    void write(DataOutputStream out, T value) throws IOException;
  }

  /** Reads one value. */
  interface Reading<T> {
    T read(DataInputStream in) throws IOException;
  }

  static <T> ByteString encode(T value, Writing<T> writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writing.write(new DataOutputStream(bytes), value);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return UnsafeByteOperations.unsafeWrap(bytes.toByteArray());
  }

  static <T> T decode(ByteString bytes, Reading<T> reading) {
    try {
      return reading.read(new DataInputStream(bytes.newInput()));
    } catch (IOException torn) {
      throw new UncheckedIOException("a message of " + bytes.size() + " bytes is torn", torn);
    }
  }

  static void writeBytes(DataOutputStream out, Bytes bytes) throws IOException {
    out.writeInt(bytes.size());
    out.write(bytes.toArray());
  }

  static Bytes readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new IOException(length + " bytes were expected, and " + bytes.length + " are there");
    }
    return Bytes.wrap(bytes);
  }

  static <T> void writeList(DataOutputStream out, List<T> values, Writing<T> each)
      throws IOException {
    out.writeInt(values.size());
    for (T value : values) {
      each.write(out, value);
    }
  }

  static <T> List<T> readList(DataInputStream in, Reading<T> each) throws IOException {
    int size = in.readInt();
    if (size < 0) {
      throw new IOException("a list cannot have " + size + " elements");
    }
    List<T> values = new ArrayList<>(Math.min(size, 1024));
    for (int i = 0; i < size; i++) {
      values.add(each.read(in));
    }
    return values;
  }

  static <E extends Enum<E>> void writeEnum(DataOutputStream out, E value) throws IOException {
    out.writeUTF(value.name());
  }

  static <E extends Enum<E>> E readEnum(DataInputStream in, Class<E> type) throws IOException {
    return readEnum(in.readUTF(), type);
  }

  static <E extends Enum<E>> E readEnum(String name, Class<E> type) throws IOException {
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException unknown) {
      throw new IOException("no " + type.getSimpleName() + " is called " + name, unknown);
    }
  }
}
