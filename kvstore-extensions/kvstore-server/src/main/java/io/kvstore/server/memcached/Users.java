package io.kvstore.server.memcached;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who may use a server, read from a file with a line {@code user:password} for each. */
final class Users {
  private static final byte[] NOBODY = {};

  private final Map<String, byte[]> passwords = new LinkedHashMap<>();

  private Users() {}

  static Users read(Path file) {
    Users users = new Users();
    int number = 0;
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
        number++;
        int colon = line.indexOf(':');
        if (line.isBlank()) {
          continue;
        }
        if (colon < 1) {
          throw new IllegalArgumentException(
              file + ", line " + number + ": expected user:password");
        }
        users.passwords.put(
            line.substring(0, colon),
            line.substring(colon + 1).getBytes(StandardCharsets.ISO_8859_1));
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    if (users.passwords.isEmpty()) {
      throw new IllegalArgumentException(file + " names nobody: expected lines user:password");
    }
    return users;
  }

  /** In the same time for each user. */
  boolean know(String user, String password) {
    byte[] given = password.getBytes(StandardCharsets.ISO_8859_1);
    byte[] expected = passwords.getOrDefault(user, NOBODY);
    return MessageDigest.isEqual(expected, given) && passwords.containsKey(user);
  }
}
