package io.kvstore.server.http;

import java.nio.charset.StandardCharsets;

/** A text that Prometheus reads, about one node. */
final class Exposition {
  static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final String node;
  private final StringBuilder text = new StringBuilder();

  Exposition(String node) {
    this.node = node;
  }

  void about(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  /** One number, with labels by name and value. */
  void sample(String name, double number, String... labels) {
    text.append(name).append("{node=\"").append(node).append('"');
    for (int i = 0; i < labels.length; i += 2) {
      text.append(',').append(labels[i]).append("=\"").append(labels[i + 1]).append('"');
    }
    text.append("} ");
    if (number == Math.rint(number) && Math.abs(number) < 1L << 53) {
      text.append((long) number);
    } else {
      text.append(number);
    }
    text.append('\n');
  }

  /** One number with its description. */
  void gauge(String name, String help, double number, String... labels) {
    about(name, "gauge", help);
    sample(name, number, labels);
  }

  byte[] bytes() {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
