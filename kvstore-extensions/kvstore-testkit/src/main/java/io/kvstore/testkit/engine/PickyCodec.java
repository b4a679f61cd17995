package io.kvstore.testkit.engine;

import io.kvstore.Bytes;
import io.kvstore.Codec;

/** Texts, but it cannot decode what begins with {@code #}. */
final class PickyCodec implements Codec<String> {
  static final Codec<String> TEXTS = new PickyCodec();

  private PickyCodec() {}

  @Override
  public Bytes encode(String value) {
    return Bytes.of(value);
  }

  @Override
  public String decode(Bytes bytes) {
    if (bytes.startsWith(Bytes.of("#"))) {
      throw new IllegalArgumentException("cannot read " + bytes);
    }
    return bytes.toText();
  }
}
