package io.kvstore.server.client;

import io.kvstore.Bytes;
import java.util.Base64;

/** Keys and values for people. */
final class Shown {
  private Shown() {}

  /** A text with what a terminal would take for a command made visible; what is none in Base64. */
  static String of(Bytes bytes) {
    String text = bytes.toText();
    return Bytes.of(text).equals(bytes)
        ? Screen.shown(text)
        : "base64:" + Base64.getEncoder().encodeToString(bytes.toArray());
  }
}
