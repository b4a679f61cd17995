package io.kvstore.jcache;

/** What {@code unwrap} does everywhere. */
final class Unwrapping {
  private Unwrapping() {}

  /**
   * The object as that type.
   *
   * @throws IllegalArgumentException when it is none
   */
  static <T> T of(Object object, Class<T> type) {
    if (!type.isInstance(object)) {
      throw new IllegalArgumentException(
          "a " + object.getClass().getName() + " cannot be unwrapped to " + type.getName());
    }
    return type.cast(object);
  }
}
