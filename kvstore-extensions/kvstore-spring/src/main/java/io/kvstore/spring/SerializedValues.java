package io.kvstore.spring;

import io.kvstore.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.ConfigurableObjectInputStream;

/** Turns values into bytes and back: texts as they are, the rest by serialization. */
final class SerializedValues {
  private static final Logger logger = LoggerFactory.getLogger(SerializedValues.class);
  private static final byte TEXT = 't';
  private static final byte OBJECT = 'o';

  private final @Nullable ClassLoader classLoader;

  SerializedValues(@Nullable ClassLoader classLoader) {
    this.classLoader = classLoader;
  }

  /**
   * The bytes of a value.
   *
   * @param what what it is called in messages, such as "a value of the cache 'books'"
   * @throws IllegalArgumentException when it cannot be serialized
   */
  Bytes encode(String what, Object value) {
    if (value instanceof String text) {
      return Bytes.of(TEXT).concat(Bytes.of(text));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(OBJECT);
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    } catch (IOException refused) {
      throw new IllegalArgumentException(
          what
              + " must be a text or Serializable, not a "
              + value.getClass().getName()
              + " ("
              + refused
              + "): let it implement java.io.Serializable",
          refused);
    }
    return Bytes.wrap(bytes.toByteArray());
  }

  /** The value of bytes; nothing when they cannot be read, as after a change of its class. */
  Optional<Object> decode(String what, Bytes bytes) {
    byte[] all = bytes.toArray();
    if (all.length > 0 && all[0] == TEXT) {
      return Optional.of(Bytes.of(Arrays.copyOfRange(all, 1, all.length)).toText());
    }
    try (InputStream in = new ByteArrayInputStream(all, 1, all.length - 1);
        ObjectInputStream objects = new ConfigurableObjectInputStream(in, classLoader)) {
      return Optional.of(objects.readObject());
    } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError unreadable) {
      logger.warn("{} is taken for missing: {}", what, unreadable.toString());
      return Optional.empty();
    }
  }
}
