package io.kvstore.core.replication;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.Transcript;
import io.kvstore.core.replication.ElectedOrder.Entry;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Write;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Section 5.3 of Ongaro and Ousterhout 2014, and what becomes of those who asked.
 *
 * <pre>
 *   append TERM CLIENT            the leader of a term orders a request
 *   take PREVIOUS TERM ENTRY …    entries of a leader come, each as its term and client, 2/c7
 *   perform POSITION              it is committed up to there
 *   again CLIENT                  a request is repeated
 *   view                          a view begins, with what this member alone reports
 * </pre>
 */
class ElectedOrderTest {
  private final FakeGroup group = new FakeGroup(3, 1, Consistency.LINEARIZABLE, Replication.RAFT);
  private final Map<Integer, RecordedReply> replies = new TreeMap<>(); // by client
  private final List<String> said = new ArrayList<>();
  private final ElectedOrder order =
      new ElectedOrder(
          group.env(0),
          new PendingRequests(),
          new Acknowledgements(group.env(0).self()),
          (request, reply) -> said.add("c" + request.client() + " asks the protocol again"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a-log-follows-its-leader",
        "a-client-asks-twice",
        "a-view-goes-on-from-a-log",
      })
  void aTranscriptIsAsItWas(String name) throws IOException {
    view();
    Transcript.play(getClass(), name, this::obey);
  }

  private List<String> obey(String line) {
    said.clear();
    String[] words = line.split(" ", -1);
    Map<Integer, Integer> told = new TreeMap<>();
    replies.forEach((client, reply) -> told.put(client, reply.told().size()));
    switch (words[0]) {
      case "append" -> group.run(() -> append(Long.parseLong(words[1]), clientOf(words[2])));
      case "take" ->
          group.run(
              () ->
                  take(
                      Long.parseLong(words[1]),
                      Long.parseLong(words[2]),
                      Arrays.asList(words).subList(3, words.length)));
      case "perform" -> group.run(() -> order.performUpTo(Long.parseLong(words[1])));
      case "again" -> group.run(() -> again(clientOf(words[1])));
      case "view" -> view();
      default -> throw new IllegalArgumentException(line);
    }
    replies.forEach(
        (client, reply) ->
            reply.told().stream()
                .skip(told.getOrDefault(client, 0))
                .forEach(each -> said.add("c" + client + ": " + withoutAnswer(each))));
    said.add(log());
    return List.copyOf(said);
  }

  private static String withoutAnswer(String told) {
    return told.replaceAll("answer .* at ", "answered at ");
  }

  private static int clientOf(String word) {
    return Integer.parseInt(word.substring(1));
  }

  private static Asking request(int client) {
    Change put = new Change.Put(Bytes.of("v" + client), 0, Change.FOREVER);
    Write write = new Write(Bytes.of("k"), Condition.ALWAYS, put);
    return new Asking(client, 1, write, Consistency.LINEARIZABLE);
  }

  private RecordedReply replyTo(int client) {
    return replies.computeIfAbsent(client, its -> new RecordedReply());
  }

  private void append(long term, int client) {
    order.append(term, request(client), replyTo(client));
  }

  private void take(long previous, long term, List<String> entries) {
    List<Entry> all = new ArrayList<>();
    for (String each : entries) {
      String[] parts = each.split("/", -1);
      Asking asked = request(clientOf(parts[1]));
      long position = previous + all.size() + 1;
      Ordered ordered = new Ordered(position, 0, asked.client(), 1, asked.operation());
      all.add(new Entry(Long.parseLong(parts[0]), ordered));
    }
    said.add("agrees up to " + order.take(previous, term, all));
  }

  private void again(int client) {
    if (order.has(request(client))) {
      order.answerAgain(request(client), replyTo(client));
    } else {
      said.add("c" + client + " is not in the log");
    }
  }

  private void view() {
    List<MemberReport> reports = new ArrayList<>();
    group.run(() -> order.report(order.lastTerm(), reports::add));
    group.nextEpoch();
    group.run(
        () ->
            said.add(
                "begins after term " + order.install(group.env(0).view(), reports, List.of())));
    group.run(order.performed()::activate);
  }

  private String log() {
    long position = order.performed().position();
    String entries =
        order.from(1, Integer.MAX_VALUE).stream()
            .map(each -> each.term() + "/c" + each.ordered().client())
            .collect(Collectors.joining(" "));
    return "log: %s, performed up to %d".formatted(entries, position);
  }
}
