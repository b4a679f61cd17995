package io.kvstore.spring;

import io.kvstore.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Turns keys of caches into bytes, never back: different keys have different bytes, and equal keys
 * have the same.
 *
 * <p>A text is kept as it is. Anything else is serialized, where equal texts and numbers count as
 * one object: Java's own form depends on whether they are, so that {@code SimpleKey(a, a)} would
 * have other bytes when its parts are two equal texts. Keys of which equal ones may be serialized
 * differently for another reason, such as a {@code HashMap}, cannot be found again.
 */
final class CacheKeys {
  private static final byte TEXT = 't';
  private static final byte OBJECT = 'o';

  private CacheKeys() {}

  /**
   * The bytes of a key.
   *
   * @throws IllegalArgumentException when it cannot be serialized
   */
  static Bytes encode(String cache, Object key) {
    if (key instanceof String text) {
      return Bytes.of(TEXT).concat(Bytes.of(text));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(OBJECT);
    try (SharingOutput out = new SharingOutput(bytes)) {
      out.writeObject(key);
    } catch (IOException refused) {
      throw new IllegalArgumentException(
          "a key of the cache '"
              + cache
              + "' must be a text or Serializable, not a "
              + key.getClass().getName()
              + " ("
              + refused
              + "): name another key, as in @Cacheable(key = \"#order.id\")",
          refused);
    }
    return Bytes.wrap(bytes.toByteArray());
  }

  /** Writes equal simple values as one: the second refers to the first. */
  private static final class SharingOutput extends ObjectOutputStream {
    private final Map<Object, Object> first = new HashMap<>();

    SharingOutput(OutputStream out) throws IOException {
      super(out);
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object part) {
      boolean isSimple =
          part instanceof String
              || part instanceof Number
              || part instanceof Boolean
              || part instanceof Character
              || part instanceof UUID;
      return isSimple ? first.computeIfAbsent(part, same -> same) : part;
    }
  }
}
