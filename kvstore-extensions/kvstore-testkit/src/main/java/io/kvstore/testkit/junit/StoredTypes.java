package io.kvstore.testkit.junit;

import io.kvstore.Bytes;
import io.kvstore.Codec;
import io.kvstore.Codecs;
import io.kvstore.StoreBuilder;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/**
 * The types of keys and values of a store, among those for which the library has a codec.
 *
 * @param keys the type of keys
 * @param values the type of values
 */
record StoredTypes(Class<?> keys, Class<?> values) {
  static final StoredTypes TEXTS = new StoredTypes(String.class, String.class);

  private record Known<T>(Class<T> type, Codec<T> codec) {
    static Stream<Known<?>> all() {
      return Stream.of(
          new Known<>(String.class, Codecs.STRING),
          new Known<>(Bytes.class, Codecs.BYTES),
          new Known<>(byte[].class, Codecs.BYTE_ARRAY),
          new Known<>(Long.class, Codecs.LONG),
          new Known<>(UUID.class, Codecs.UUID));
    }
  }

  /** Those of a parameter of the type {@code KVStore<K, V>} or {@code StoreBuilder<K, V>}. */
  static StoredTypes of(Type parameter) {
    if (!(parameter instanceof ParameterizedType type)) {
      return TEXTS; // a raw type
    }
    Type[] arguments = type.getActualTypeArguments();
    return new StoredTypes(known(arguments[0], type), known(arguments[1], type));
  }

  private static Class<?> known(Type argument, Type parameter) {
    if (argument instanceof WildcardType any && any.getUpperBounds()[0] == Object.class) {
      return String.class;
    }
    return Known.all()
        .<Class<?>>map(Known::type)
        .filter(argument::equals)
        .findFirst()
        .orElseThrow(
            () ->
                new ParameterResolutionException(
                    parameter.getTypeName()
                        + ": there is no codec for "
                        + argument.getTypeName()
                        + ", only for "
                        + Known.all()
                            .map(each -> each.type().getSimpleName())
                            .collect(Collectors.joining(", "))
                        + "; take a StoreBuilder<String, String> instead, and give it your codec"
                        + " with keys(…) or values(…)"));
  }

  private static Codec<?> codecOf(Class<?> type) {
    return Known.all()
        .filter(each -> each.type() == type)
        .findFirst()
        .<Codec<?>>map(Known::codec)
        .orElseThrow();
  }

  /** The same builder for these types. */
  StoreBuilder<?, ?> builder(StoreBuilder<String, String> texts) {
    return equals(TEXTS) ? texts : texts.keys(codecOf(keys)).values(codecOf(values));
  }

  @Override
  public String toString() {
    return "<" + keys.getSimpleName() + ", " + values.getSimpleName() + ">";
  }
}
