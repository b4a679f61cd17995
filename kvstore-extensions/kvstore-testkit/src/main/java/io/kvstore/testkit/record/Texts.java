package io.kvstore.testkit.record;

import io.kvstore.Bytes;
import io.kvstore.Codec.NumberFormat;
import io.kvstore.Codecs;
import io.kvstore.spi.Change;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Keys and values for people: as text where they are text, as numbers where they are added to. */
final class Texts {
  private final Map<Bytes, NumberFormat> counters = new HashMap<>();

  /** Notes that a key is added to: its values are numbers. */
  void learnFrom(Bytes key, Change change) {
    if (change instanceof Change.Add add) {
      counters.put(key, add.format());
    }
  }

  /** The value of a key as a history has it: a text or a number. */
  Object value(Bytes key, Bytes value) {
    NumberFormat format = counters.get(key);
    return format == null
        ? text(value)
        : number(value, format).map(Object.class::cast).orElseGet(() -> text(value));
  }

  private static Optional<Long> number(Bytes value, NumberFormat format) {
    try {
      return Optional.of(
          format == NumberFormat.BINARY ? Codecs.LONG.decode(value) : Long.valueOf(value.toText()));
    } catch (IllegalArgumentException noNumber) {
      return Optional.empty();
    }
  }

  /** Bytes as text, or in hexadecimal where they are none. */
  static String text(Bytes bytes) {
    byte[] array = bytes.toArray();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(array)).toString();
    } catch (CharacterCodingException binary) {
      return "0x" + HexFormat.of().formatHex(array);
    }
  }
}
