package io.kvstore.labs.grading;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What a student has found out in lab 6. The right answers are not here: only what a slow hash
 * makes of each, together with those before it.
 */
record Answers(Properties given) {
  /** The questions, in their order. */
  static final List<String> QUESTIONS = List.of("member", "message", "invariant", "sentence");

  private static final byte[] SALT = "kvstore, lab 6".getBytes(StandardCharsets.UTF_8);
  private static final int ROUNDS = 50_000;
  private static final int BITS = 128;

  private static final List<String> RIGHT =
      List.of(
          "dpIgJCViFOCZwSxInQ4W9A==",
          "mPA+/mhWub56JRsD09q67Q==",
          "5zrvtOUkePSuzPRZdR5ySQ==",
          "gSGFpWt/lcf8ZZ7i1D22Gg==");

  static Answers read(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      return of(reader);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static Answers of(Reader reader) throws IOException {
    Properties given = new Properties();
    given.load(reader);
    return new Answers(given);
  }

  String answerTo(int question) {
    String answer = given.getProperty(QUESTIONS.get(question), "");
    return answer.strip().replaceAll("[^A-Za-z0-9]+", " ").strip().toLowerCase(Locale.ROOT);
  }

  boolean isGiven(int question) {
    return !answerTo(question).isEmpty();
  }

  boolean isRight(int question) {
    return hash(question).equals(RIGHT.get(question));
  }

  String hash(int question) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i <= question; i++) {
      all.append(answerTo(i)).append(';');
    }
    try {
      PBEKeySpec spec = new PBEKeySpec(all.toString().toCharArray(), SALT, ROUNDS, BITS);
      byte[] hash =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
      return Base64.getEncoder().encodeToString(hash);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
