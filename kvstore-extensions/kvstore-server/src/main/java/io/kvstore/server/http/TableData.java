package io.kvstore.server.http;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * {@code /tables}: which tables the store has, and their keys, served as those of {@code /data}.
 */
final class TableData {
  private final NodeFace node;
  private final Data data;

  TableData(NodeFace node, Data data) {
    this.node = node;
    this.data = data;
  }

  CompletableFuture<Answer> tables(Request request, Target target, List<String> arguments) {
    List<String> names = node.tables();
    return CompletableFuture.completedFuture(
        Answer.of(
            200,
            json -> {
              json.writeArrayPropertyStart("tables");
              names.forEach(json::writeString);
              json.writeEndArray();
            }));
  }

  CompletableFuture<Answer> list(Request request, Target target, List<String> arguments) {
    return of(arguments).list(request, target, List.of());
  }

  CompletableFuture<Answer> watch(Request request, Target target, List<String> arguments) {
    return of(arguments).watch(request, target, List.of());
  }

  CompletableFuture<Answer> get(Request request, Target target, List<String> arguments) {
    return of(arguments).get(request, target, keyIn(arguments));
  }

  CompletableFuture<Answer> put(Request request, Target target, List<String> arguments) {
    return of(arguments).put(request, target, keyIn(arguments));
  }

  CompletableFuture<Answer> delete(Request request, Target target, List<String> arguments) {
    return of(arguments).delete(request, target, keyIn(arguments));
  }

  private Data of(List<String> arguments) {
    return data.of(node.table(arguments.get(0)));
  }

  private static List<String> keyIn(List<String> arguments) {
    return arguments.subList(1, arguments.size());
  }
}
