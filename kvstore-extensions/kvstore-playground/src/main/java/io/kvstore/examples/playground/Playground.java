package io.kvstore.examples.playground;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;

/**
 * Serves the playground, which is one file, on the loopback address.
 *
 * <pre>
 * mvn -q compile exec:java -Dexample=playground.Playground
 * </pre>
 */
public final class Playground {
  private static final String PAGE = "/kvstore-playground.html";

  private Playground() {}

  /**
   * Serves it until the process is ended.
   *
   * @param arguments the port; if there is none, a free one is taken
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
    HttpServer server = serve(port);
    System.out.println("The playground is at " + addressOf(server) + " until you press Ctrl+C");
    new CountDownLatch(1).await();
  }

  /** Serves it in the background. */
  public static HttpServer serve(int port) throws IOException {
    byte[] page;
    try (InputStream file = Playground.class.getResourceAsStream(PAGE)) {
      if (file == null) {
        throw new IOException("the page is not compiled: mvn compile -Dplayground.phase=compile");
      }
      page = file.readAllBytes();
    }
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean isPage = exchange.getRequestURI().getPath().equals("/");
          exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
          exchange.sendResponseHeaders(isPage ? 200 : 404, isPage ? page.length : -1);
          if (isPage) {
            exchange.getResponseBody().write(page);
          }
          exchange.close();
        });
    server.start();
    return server;
  }

  /** Where it is served. */
  public static String addressOf(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }
}
