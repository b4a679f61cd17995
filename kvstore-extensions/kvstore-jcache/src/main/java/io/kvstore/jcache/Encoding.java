package io.kvstore.jcache;

import io.kvstore.Bytes;
import io.kvstore.Codec;
import io.kvstore.Codecs;
import java.util.Map;
import java.util.UUID;

/**
 * How the keys or the values of a cache become bytes: by the codec of their type, where kvstore has
 * one, or else by Java's serialization. What has another type is refused.
 *
 * @param type the type that the cache is configured with
 * @param codec what encodes it
 * @param <T> the type
 */
record Encoding<T>(Class<T> type, Codec<T> codec) {
  private static final Map<Class<?>, Codec<?>> KNOWN =
      Map.of(
          String.class, Codecs.STRING,
          Long.class, Codecs.LONG,
          byte[].class, Codecs.BYTE_ARRAY,
          UUID.class, Codecs.UUID,
          Bytes.class, Codecs.BYTES);

  @SuppressWarnings("unchecked") // the map has a codec of the type under each type
  static <T> Encoding<T> of(Class<T> type, ClassLoader classLoader) {
    Codec<?> known = KNOWN.get(type);
    return new Encoding<>(
        type, known == null ? new SerializingCodec<>(classLoader) : (Codec<T>) known);
  }

  /**
   * The bytes of an object.
   *
   * @throws ClassCastException when it has another type than the cache
   */
  Bytes encode(T object) {
    if (!type.isInstance(object)) {
      throw new ClassCastException(
          "the cache is configured for "
              + type.getName()
              + ", and this is a "
              + object.getClass().getName()
              + ": "
              + object);
    }
    return codec.encode(object);
  }

  /** A new object, as it was encoded. */
  T decode(Bytes bytes) {
    return codec.decode(bytes);
  }
}
