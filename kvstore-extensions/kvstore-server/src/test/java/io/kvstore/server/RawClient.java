package io.kvstore.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;

/** A client that sends and reads bytes as they are; texts stand for one byte a character. */
public final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final int SMALL_BUFFER_BYTES = 4 << 10;
  private static final String FENCE = "MN\r\n";

  private final Socket socket;
  private final InputStream in;

  /** Over a socket that is connected. */
  public RawClient(Socket socket) {
    this.socket = socket;
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Connects to a server. */
  public static RawClient connectTo(InetSocketAddress address) {
    try {
      return new RawClient(new Socket(address.getAddress(), address.getPort()));
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  /** Connects as a client that takes few bytes without reading them. */
  public static RawClient slowReaderOf(InetSocketAddress address) {
    Socket socket = new Socket();
    try {
      socket.setReceiveBufferSize(SMALL_BUFFER_BYTES);
      socket.connect(address);
      return new RawClient(socket);
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  /** Sends bytes. */
  public RawClient send(String bytes) {
    try {
      socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return this;
  }

  /** Sends bytes, all of them or those up to where the other side closes. */
  public void sendUnlessClosed(String bytes) {
    try {
      send(bytes);
    } catch (UncheckedIOException closed) {
      // It may have been asked for more than it lets a client have.
    }
  }

  /** Sends bytes and reads all that is answered to them: up to the answer to an mn behind them. */
  public String say(String bytes) {
    send(bytes + "mn\r\n");
    String answer = readUntil(FENCE);
    return answer.substring(0, answer.length() - FENCE.length());
  }

  /** Reads until this has been read; or until the other side closes, which is marked. */
  public String readUntil(String end) {
    byte[] wanted = end.getBytes(ISO_8859_1);
    byte[] read = new byte[1 << 10];
    int size = 0;
    try {
      while (size < wanted.length
          || !Arrays.equals(read, size - wanted.length, size, wanted, 0, wanted.length)) {
        int next = in.read();
        if (next < 0) {
          return new String(read, 0, size, ISO_8859_1) + "<closed>";
        }
        if (size == read.length) {
          read = Arrays.copyOf(read, size * 2);
        }
        read[size++] = (byte) next;
      }
      return new String(read, 0, size, ISO_8859_1);
    } catch (IOException broken) {
      String sofar = abbreviated(new String(read, 0, size, ISO_8859_1));
      throw new UncheckedIOException("after " + sofar, broken);
    }
  }

  private static String abbreviated(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  /** Reads over all that comes before this byte, and over it; false when the other side closes. */
  public boolean skipTo(char last) {
    try {
      int next = in.read();
      while (next >= 0 && next != last) {
        next = in.read();
      }
      return next >= 0;
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** Reads a line, with its end. */
  public String readLine() {
    return readUntil("\n");
  }

  /** Reads so many bytes. */
  public String read(int number) {
    try {
      return new String(in.readNBytes(number), ISO_8859_1);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** Says that nothing more will come, and reads what is still answered. */
  public String finish() {
    try {
      socket.shutdownOutput();
      return new String(in.readAllBytes(), ISO_8859_1);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** Whether the other side has closed, or closes within the time that a test waits. */
  public boolean isClosed() {
    try {
      return in.read() < 0;
    } catch (IOException reset) {
      return true;
    }
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
