package io.kvstore.memcached;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Items of a datalet that was not closed, because its process was killed: no datalet will ever read
 * them.
 *
 * <p>Memcached 1.6 lists its items for {@code lru_crawler metadump all}, for which client libraries
 * have no call. A server that does not know the command keeps its leftovers.
 */
final class Leftovers {
  private static final Logger logger = LoggerFactory.getLogger(Leftovers.class);

  private Leftovers() {}

  /** Takes away what can be taken away; tells how many items that were. */
  static int remove(InetSocketAddress address, Duration timeout, Predicate<String> isLeftover) {
    try (Socket socket = new Socket()) {
      int millis = Math.toIntExact(timeout.toMillis());
      socket.connect(address, millis);
      socket.setSoTimeout(millis);
      Writer out = new OutputStreamWriter(socket.getOutputStream(), US_ASCII);
      BufferedReader in =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      List<String> names = list(in, out, isLeftover);
      for (String name : names) {
        out.write("delete " + name + " noreply\r\n");
      }
      out.write("version\r\n");
      out.flush();
      in.readLine(); // by now all are deleted
      return names.size();
    } catch (IOException failed) {
      logger.warn("{} keeps what an earlier replica has left: {}", address, failed.getMessage());
      return 0;
    }
  }

  private static List<String> list(BufferedReader in, Writer out, Predicate<String> isLeftover)
      throws IOException {
    out.write("lru_crawler metadump all\r\n");
    out.flush();
    List<String> names = new ArrayList<>();
    for (String line = in.readLine(); !"END".equals(line); line = in.readLine()) {
      if (line == null || !line.startsWith("key=")) {
        throw new IOException("it does not list its items, but says " + line);
      }
      String name = URLDecoder.decode(line.substring(4, line.indexOf(' ')), US_ASCII);
      if (isLeftover.test(name)) {
        names.add(name);
      }
    }
    return names;
  }
}
