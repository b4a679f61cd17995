package io.kvstore.server.http;

import io.kvstore.server.Http;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Answers requests: finds out who is asked for, and whether the client may ask. */
final class Service {
  private static final String BEARER = "bearer ";

  /** What is answered without a token: it tells nothing of the store. */
  private static final Set<String> OPEN = Set.of("/ping", "/");

  private static final String ELSEWHERE = "other";

  private final Routes routes;
  private final Optional<byte[]> token;
  private final Hosts hosts;
  private final Tally tally;
  private final Executor json;
  private boolean refusesBrowsers;

  /**
   * Answers requests at these addresses.
   *
   * @param json reads large bodies
   */
  Service(Routes routes, Http options, Tally tally, Executor json) {
    this.routes = routes;
    this.token = options.token().map(text -> text.getBytes(StandardCharsets.UTF_8));
    this.hosts = Hosts.of(options);
    this.tally = tally;
    this.json = json;
  }

  /** Refuses what a web page in a browser asks for, however it came to know the port. */
  Service withoutBrowsers() {
    refusesBrowsers = true;
    return this;
  }

  /** Answers a request; the future never fails. */
  CompletableFuture<Answer> answer(Request request) {
    Optional<Routes.Route> route = Optional.empty();
    CompletableFuture<Answer> answer;
    try {
      Target target = request.target();
      route = routes.route(target);
      answer = answer(request, target, route);
    } catch (RuntimeException | Error failed) {
      answer = CompletableFuture.failedFuture(failed);
    }
    String path = route.map(Routes.Route::path).orElse(ELSEWHERE);
    String method =
        route.filter(each -> each.byMethod().containsKey(request.method())).isPresent()
            ? request.method()
            : ELSEWHERE;
    return answer
        .exceptionally(Failure::answer)
        .thenApply(
            ended -> {
              tally.add(method, path, ended.status(), System.nanoTime() - request.readAtNanos());
              return ended;
            });
  }

  private CompletableFuture<Answer> answer(
      Request request, Target target, Optional<Routes.Route> route) {
    boolean isPing = route.filter(each -> each.path().equals("/ping")).isPresent();
    boolean isOpen = route.filter(each -> OPEN.contains(each.path())).isPresent();
    if (!isOpen && !hasToken(request.header("Authorization").orElse(""))) {
      return done(Answer.error(401, "a bearer token is needed").with("WWW-Authenticate", "Bearer"));
    }
    String host = request.header("Host").orElse("");
    if (!isPing && !namesThisServer(host)) {
      return done(
          Answer.error(
              421, "the host '" + Body.shown(host) + "' is not this server: see --allowed-hosts"));
    }
    if (refusesBrowsers && request.header("Origin").isPresent()) {
      return done(Answer.error(403, "pages in a browser may not administer"));
    }
    if (!request.method().equals("GET") && comesFromAPageElsewhere(request, host)) {
      return done(
          Answer.error(
              403, "a page of another server may change nothing here: it may be anybody's"));
    }
    if (route.isEmpty()) {
      return done(Answer.error(404, "there is nothing at this address"));
    }
    Routes.Handler handler = route.get().byMethod().get(request.method());
    if (handler == null) {
      String allowed = String.join(", ", route.get().byMethod().keySet());
      return done(
          Answer.error(405, "the methods of this address are " + allowed).with("Allow", allowed));
    }
    List<String> arguments = route.get().match(target.segments()).orElseThrow();
    return Json.isLarge(request.bodyLength())
        ? done(target).thenComposeAsync(its -> handler.handle(request, its, arguments), json)
        : handler.handle(request, target, arguments);
  }

  /**
   * Whether these headers are of a client that may ask for more than whether the service is there.
   */
  boolean mayAsk(HttpHeaders headers) {
    return hasToken(String.join(",", headers.getAll("Authorization")))
        && namesThisServer(String.join(",", headers.getAll("Host")));
  }

  /** A client that names no host, as in HTTP/1.0, is no page in a browser. */
  private boolean namesThisServer(String host) {
    return token.isPresent() || host.isEmpty() || hosts.allow(host);
  }

  /**
   * A browser sends some requests for any page, such as a POST of text, and keeps the answers from
   * it alone; with them it shows the certificate of its user. It says for which page.
   */
  private static boolean comesFromAPageElsewhere(Request request, String host) {
    String origin = request.header("Origin").orElse("");
    return !origin.isEmpty()
        && !origin.substring(origin.indexOf("://") + 1).equalsIgnoreCase("//" + host);
  }

  private boolean hasToken(String given) {
    if (token.isEmpty()) {
      return true;
    }
    return given.regionMatches(true, 0, BEARER, 0, BEARER.length())
        && MessageDigest.isEqual(
            token.get(), given.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
  }

  private static <T> CompletableFuture<T> done(T result) {
    return CompletableFuture.completedFuture(result);
  }
}
