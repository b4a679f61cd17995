package io.kvstore.server;

import io.kvstore.Bytes;
import io.kvstore.ClusterEvent;
import io.kvstore.KVStore;
import io.kvstore.server.net.Addresses;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;

/** The process: opens a store, serves it, and ends when it is asked to. */
public final class Main {
  private static final int OUT_OF_MEMORY = 3;

  private Main() {}

  /** Runs a server; {@code --help} says how. */
  public static void main(String[] arguments) {
    int code = run(arguments);
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(String... arguments) {
    Options options = new Options();
    CommandLine command = Options.commandLine(options, System.getenv(), arguments);
    options.whenParsed(() -> serve(options, command.getOut()));
    return command.execute(arguments);
  }

  private static int serve(Options options, PrintWriter out) throws InterruptedException {
    Options.logTo(options.logLevel());
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> {
          if (thrown instanceof OutOfMemoryError) {
            endOutOfMemory();
          }
          thrown.printStackTrace(System.err);
        });
    KVStore<Bytes, Bytes> store = options.openStore();
    store
        .cluster()
        .listen(
            event -> {
              if (event instanceof ClusterEvent.Failed failed
                  && failed.cause().startsWith(OutOfMemoryError.class.getName())) {
                endOutOfMemory();
              }
            });
    Server server;
    try {
      server = options.startServer(store);
    } catch (RuntimeException | Error failed) {
      store.close();
      throw failed;
    }
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  store.close();
                  out.println("stopped");
                  out.flush();
                  ended.countDown();
                },
                "kvstore-server-end"));
    announce(store, server, options, out);
    ended.await();
    return 0;
  }

  /** A server without memory cannot serve: it is better to be started again than to be a zombie. */
  private static void endOutOfMemory() {
    System.err.println("out of memory: the process ends; see --max-held-bytes and -Xmx");
    Runtime.getRuntime().halt(OUT_OF_MEMORY);
  }

  /** A line for each node, and one when all of them listen. */
  private static void announce(
      KVStore<Bytes, Bytes> store, Server server, Options options, PrintWriter out) {
    store.cluster().nodes().stream()
        .filter(
            node ->
                server.httpAddress(node).isPresent() || server.memcachedAddress(node).isPresent())
        .forEach(
            node -> {
              StringBuilder line = new StringBuilder("node=" + node + " id=" + server.idOf(node));
              server.httpAddress(node).ifPresent(there -> append(line, "http", there));
              server.memcachedAddress(node).ifPresent(there -> append(line, "memcached", there));
              out.println(line);
            });
    server
        .administrationAddress()
        .ifPresent(there -> out.println(append(new StringBuilder(), "admin", there)));
    out.println("ready " + options.summary());
    out.flush();
  }

  private static StringBuilder append(StringBuilder line, String name, InetSocketAddress there) {
    String gap = line.isEmpty() ? "" : " ";
    return line.append(gap).append(name).append('=').append(Addresses.text(there));
  }
}
