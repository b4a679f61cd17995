package io.kvstore.playground.compile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts the parts of the page into one file. */
final class Page {
  private Page() {}

  /** The page with its style and its scripts within it. */
  static String of(Path parts, Path compiled) throws IOException {
    return Files.readString(parts.resolve("page.html"))
        .replace("/* style */", Files.readString(parts.resolve("page.css")))
        .replace("/* kvstore */", inline(Files.readString(compiled)))
        .replace("/* tours */", inline(Files.readString(parts.resolve("tours.js"))))
        .replace("/* script */", inline(Files.readString(parts.resolve("page.js"))));
  }

  /** A script must not end the element that it stands in. */
  private static String inline(String script) {
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--");
  }
}
