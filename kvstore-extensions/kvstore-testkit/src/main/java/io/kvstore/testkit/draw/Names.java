package io.kvstore.testkit.draw;

import io.kvstore.spi.Operation;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.record.Asked;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What clients are called. A history tells processes apart, and a client that begins another
 * session, or has several operations under way, goes on as another process.
 */
final class Names {
  private static final Pattern CLIENT = Pattern.compile("\\bclient (\\d{1,9})\\b");

  private record Beginning(int process, long invoked) {}

  private final Map<Beginning, Asked> asked = new HashMap<>();

  Names(List<Asked> asked) {
    asked.forEach(each -> this.asked.put(new Beginning(each.process(), each.invoked()), each));
  }

  /** The name of the client that began an operation. */
  String of(int process, long invoked) {
    return Optional.ofNullable(asked.get(new Beginning(process, invoked)))
        .map(Asked::client)
        .filter(name -> !name.isEmpty())
        .orElse("client " + process);
  }

  /** What was handed to the store when an operation began. */
  Optional<Operation> operation(int process, long invoked) {
    return Optional.ofNullable(asked.get(new Beginning(process, invoked)))
        .flatMap(Asked::operation);
  }

  /** The sentence with the names of clients where it has the numbers of processes. */
  String in(Broken broken, History history) {
    Map<Integer, Set<String>> ofProcess = new HashMap<>();
    for (io.kvstore.testkit.history.Operation each : broken.conflict()) {
      ofProcess
          .computeIfAbsent(each.process(), first -> new TreeSet<>())
          .add(of(each.process(), each.invoked()));
    }
    for (int row = 0; row < history.size(); row++) {
      int process = history.process(row);
      if (broken.conflict().stream().noneMatch(each -> each.process() == process)) {
        ofProcess
            .computeIfAbsent(process, first -> new TreeSet<>())
            .add(of(process, history.invoked(row)));
      }
    }
    return CLIENT
        .matcher(broken.reason())
        .replaceAll(
            found -> {
              Set<String> names =
                  ofProcess.getOrDefault(Integer.parseInt(found.group(1)), Set.of());
              String name = names.isEmpty() ? found.group() : String.join(" or ", names);
              return java.util.regex.Matcher.quoteReplacement(name);
            });
  }
}
