package io.kvstore.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Which address is served by what. */
final class Routes {
  /** What answers the requests for one address and method. */
  interface Handler {
    /**
     * Answers a request.
     *
     * @param arguments the segments that stand where the address has names in braces
     */
    CompletableFuture<Answer> handle(Request request, Target target, List<String> arguments);
  }

  /** An address like {@code /data/{key}}, and what answers there. */
  record Route(String path, List<String> template, Map<String, Handler> byMethod) {
    /** The segments in the places of the names; empty when this is another address. */
    Optional<List<String>> match(List<String> segments) {
      if (segments.size() != template.size()) {
        return Optional.empty();
      }
      List<String> arguments = new ArrayList<>();
      for (int i = 0; i < template.size(); i++) {
        if (template.get(i).startsWith("{")) {
          arguments.add(segments.get(i));
        } else if (!template.get(i).equals(segments.get(i))) {
          return Optional.empty();
        }
      }
      return Optional.of(arguments);
    }
  }

  private final List<Route> routes = new ArrayList<>();

  Routes add(String method, String path, Handler handler) {
    Route known = routes.stream().filter(each -> each.path().equals(path)).findFirst().orElse(null);
    if (known == null) {
      known = new Route(path, List.of(path.substring(1).split("/", -1)), new TreeMap<>());
      routes.add(known);
    }
    known.byMethod().put(method, handler);
    return this;
  }

  List<Route> all() {
    return List.copyOf(routes);
  }

  /** The address that is asked for; nothing when there is none like it. */
  Optional<Route> route(Target target) {
    return routes.stream().filter(each -> each.match(target.segments()).isPresent()).findFirst();
  }
}
