package io.kvstore.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one connection of a datalet to its server, in the protocol RESP 2. What is asked is done in
 * that order, and nothing is ever tried a second time: after a failure of the connection nothing
 * can be asked any more. A server that refuses a command is still there.
 *
 * <p>Commands are gathered until an answer is needed, and then sent together.
 */
final class Connection implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int LINE_LIMIT = 16 << 10; // an error may be long; a text is no line
  private static final byte[] LINE_END = {'\r', '\n'};

  private final InetSocketAddress address;
  private final TimedSocket socket;
  private final OutputStream out;
  private final DataInputStream in;
  private int awaited; // answers to what was asked
  private boolean hasFailed;

  private Connection(InetSocketAddress address, TimedSocket socket) {
    this.address = address;
    this.socket = socket;
    out = new BufferedOutputStream(socket.output(), BUFFER_BYTES);
    in = new DataInputStream(new BufferedInputStream(socket.input(), BUFFER_BYTES));
  }

  /**
   * Connects.
   *
   * @throws UncheckedIOException when no answer comes within the timeout
   */
  static Connection open(InetSocketAddress address, Duration timeout) {
    try {
      // An address that was not resolved is looked up anew each time that a replica begins.
      InetSocketAddress now = new InetSocketAddress(address.getHostString(), address.getPort());
      return new Connection(address, TimedSocket.connect(now, timeout));
    } catch (IOException failed) {
      throw new UncheckedIOException(
          "no Redis answers at " + text(address) + ": " + failed.getMessage(), failed);
    }
  }

  private static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  /** Says who asks; the user is empty where the server has only a password. */
  void login(String user, String password) {
    if (user.isEmpty()) {
      ask(ascii("AUTH"), password.getBytes(UTF_8));
    } else {
      ask(ascii("AUTH"), user.getBytes(UTF_8), password.getBytes(UTF_8));
    }
    answer();
  }

  /** A part of a command. */
  static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  /** Asks for something, whose answer is to be taken with {@link #answer}. */
  void ask(byte[]... command) {
    requireIntact();
    try {
      writeHead('*', command.length);
      for (byte[] part : command) {
        writeHead('$', part.length);
        out.write(part);
        out.write(LINE_END);
      }
      awaited++;
    } catch (IOException failed) {
      throw failure(failed);
    }
  }

  private void writeHead(char kind, int number) throws IOException {
    out.write((kind + Integer.toString(number) + "\r\n").getBytes(US_ASCII));
  }

  /** The answer to the next of what was asked: a text as {@code byte[]}, a Long, a List or null. */
  @Nullable Object answer() {
    requireIntact();
    if (awaited == 0) {
      throw new IllegalStateException("nothing was asked of " + this);
    }
    Object answer;
    try {
      out.flush();
      answer = read();
    } catch (IOException failed) {
      throw failure(failed);
    }
    awaited--;
    if (answer instanceof Refusal refused) {
      throw new UncheckedIOException(
          this + ": " + refused.inWords(), new IOException(refused.why()));
    }
    return answer;
  }

  /** Passes by the answers to what was asked before. */
  void skipAnswers() {
    requireIntact();
    try {
      out.flush();
      for (; awaited > 0; awaited--) {
        read();
      }
    } catch (IOException failed) {
      throw failure(failed);
    }
  }

  /** An answer that is a text; null when there is none. */
  byte @Nullable [] text() {
    Object answer = answer();
    if (answer == null || answer instanceof byte[]) {
      return (byte[]) answer;
    }
    throw unexpected("something else than a text");
  }

  /** An answer that is a number. */
  long number() {
    if (answer() instanceof Long number) {
      return number;
    }
    throw unexpected("something else than a number");
  }

  /** An answer that is a list of texts, some of which may be null. */
  List<byte @Nullable []> texts() {
    if (!(answer() instanceof List<?> list)) {
      throw unexpected("something else than a list");
    }
    List<byte @Nullable []> texts = new ArrayList<>(list.size());
    for (Object each : list) {
      if (each != null && !(each instanceof byte[])) {
        throw unexpected("a list of something else than texts");
      }
      texts.add((byte[]) each);
    }
    return texts;
  }

  private record Refusal(String why) {
    String inWords() {
      return why.startsWith("NOAUTH") || why.startsWith("WRONGPASS")
          ? why + " (see withPassword and withLogin)"
          : why;
    }
  }

  private @Nullable Object read() throws IOException {
    String line = readLine();
    String rest = line.substring(1);
    try {
      return switch (line.charAt(0)) {
        case '+' -> rest.getBytes(UTF_8);
        case '-' -> new Refusal(rest);
        case ':' -> Long.valueOf(rest);
        case '$' -> readText(Integer.parseInt(rest));
        case '*' -> readList(Integer.parseInt(rest));
        default -> throw new IOException("this is no Redis: it says " + line);
      };
    } catch (NumberFormatException malformed) {
      throw new IOException("this is no Redis: it says " + line, malformed);
    }
  }

  private byte @Nullable [] readText(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] text = new byte[length];
    in.readFully(text);
    in.readFully(new byte[LINE_END.length]);
    return text;
  }

  private @Nullable List<@Nullable Object> readList(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    List<@Nullable Object> list = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      list.add(read());
    }
    return list;
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.readUnsignedByte(); next != '\r'; next = in.readUnsignedByte()) {
      line.append((char) next);
      if (line.length() > LINE_LIMIT) {
        throw new IOException("this is no Redis: its line has no end: " + line.substring(0, 40));
      }
    }
    in.readUnsignedByte(); // the line feed
    if (line.isEmpty()) {
      throw new IOException("this is no Redis: it says an empty line");
    }
    return line.toString();
  }

  private UncheckedIOException unexpected(String what) {
    return failure(new IOException("it answers with " + what));
  }

  private UncheckedIOException failure(IOException failed) {
    hasFailed = true;
    String why =
        failed instanceof SocketTimeoutException
            ? "no answer in time"
            : failed instanceof EOFException
                ? "it has closed the connection"
                : "" + failed.getMessage();
    return new UncheckedIOException(this + ": " + why, failed);
  }

  private void requireIntact() {
    if (hasFailed || !socket.isOpen()) {
      throw new UncheckedIOException(
          this + ": the connection has ended", new IOException("nothing is tried a second time"));
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException ignored) {
      // there is no one to tell
    }
  }

  @Override
  public String toString() {
    return "the Redis at " + text(address);
  }
}
