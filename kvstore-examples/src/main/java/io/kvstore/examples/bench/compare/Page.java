package io.kvstore.examples.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Tables and charts on one page that needs nothing but itself. */
public final class Page {
  private final String title;
  private final StringBuilder body = new StringBuilder();

  /** An empty page. */
  public Page(String title) {
    this.title = title;
  }

  /** Adds a sentence. */
  public void say(String text) {
    body.append("<p>").append(escape(text)).append("</p>\n");
  }

  /** Adds a table; the same goes to the terminal. */
  public void add(Table table) {
    if (!table.isEmpty()) {
      body.append(table.html());
      System.out.print(table.text());
    }
  }

  /** Adds a chart. */
  public void addSvg(String svg) {
    body.append(svg);
  }

  /** Writes it, and says where it is. */
  public void writeTo(Path file) throws IOException {
    Files.writeString(
        file,
        resource("page.html")
            .replace("/* style */", resource("page.css"))
            .replace("<!-- title -->", escape(title))
            .replace("<!-- body -->", body));
    System.out.println("\n" + file.toAbsolutePath());
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
