package io.kvstore.examples.scenario;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A client that speaks memcached's meta commands over a connection of its own. */
final class MemcachedClient implements Client {
  /** Names are in base 64, so that they may have spaces; memcached wants 250 bytes at most. */
  static final int LONGEST_KEY = 250 / 4 * 3;

  private final Socket socket;
  private final InputStream in;

  MemcachedClient(InetSocketAddress server) {
    try {
      socket = new Socket(server.getAddress(), server.getPort());
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static boolean isName(String key) {
    return key.getBytes(UTF_8).length <= LONGEST_KEY;
  }

  @Override
  public void write(String key, String value) {
    byte[] data = value.getBytes(UTF_8);
    ask("ms " + name(key) + " " + data.length + " b\r\n", data);
  }

  @Override
  public void read(String key) {
    String answer = ask("mg " + name(key) + " b v\r\n", null);
    if (answer.startsWith("VA ")) {
      int length = Integer.parseInt(answer.split(" ", -1)[1]);
      try {
        in.skipNBytes(length + 2L);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  private static String name(String key) {
    return Base64.getEncoder().encodeToString(key.getBytes(UTF_8));
  }

  private String ask(String line, byte @Nullable [] data) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(line.getBytes(ISO_8859_1));
    if (data != null) {
      request.writeBytes(data);
      request.writeBytes(new byte[] {'\r', '\n'});
    }
    try {
      socket.getOutputStream().write(request.toByteArray());
      return answerLine();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private String answerLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the server has closed the connection after: " + line);
      }
      line.write(next);
    }
    String answer = line.toString(ISO_8859_1).stripTrailing();
    if (answer.startsWith("CLIENT_ERROR") || answer.equals("ERROR")) {
      throw new IOException("the server did not understand: " + answer);
    }
    return answer;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
