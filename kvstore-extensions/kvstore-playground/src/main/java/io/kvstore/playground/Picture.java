package io.kvstore.playground;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.ReplicaStatus;
import io.kvstore.core.Simulation;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.spi.Entry;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.history.Operation;
import io.kvstore.testkit.record.Asked;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What there is to see of a play, as maps and lists. */
final class Picture {
  private static final int LATEST_EVENTS = 40;
  private static final int LATEST_CALLS = 30;

  private final Play play;
  private final Stage stage;

  Picture(Play play) {
    this.play = play;
    stage = play.stage();
  }

  Map<String, Object> all() {
    Map<String, Object> all = new LinkedHashMap<>();
    Setup setup = stage.setup();
    all.put("setup", setup.toString());
    all.put("level", setup.level());
    all.put("protocol", setup.protocol());
    all.put("nanos", stage.elapsed());
    all.put("moment", play.moments().size() - 1);
    all.put("decided", play.decided());
    all.put("decisions", play.decisions().stream().map(Decision::words).toList());
    all.put("refusals", play.refusals());
    all.put("script", Decision.textOf(play.decisions()));
    all.put("holdsAll", stage.letters().holdsAll());
    all.put("nodes", nodes());
    all.put("isCoordinatorRunning", stage.isCoordinatorRunning());
    all.put("cuts", stage.cuts());
    all.put("messages", messages());
    all.put("clients", clients());
    all.put("events", events());
    all.put("verdicts", verdicts());
    return all;
  }

  private List<Object> nodes() {
    List<Object> nodes = new ArrayList<>();
    Map<String, Integer> sizes = stage.sizes();
    for (NodeId node : stage.cluster().nodes()) {
      Map<String, Object> its = new LinkedHashMap<>();
      its.put("name", node);
      ReplicaStatus status = stage.cluster().replica(node, 0);
      boolean isRunning = stage.cluster().isRunning(node);
      its.put("isRunning", isRunning);
      its.put("status", isRunning ? status.status() : "DOWN");
      its.put("isPrimary", status.isPrimary());
      its.put("epoch", status.epoch());
      its.put("position", status.position());
      its.put("clockAhead", stage.clockAhead(node));
      Map<String, Object> keeps = new LinkedHashMap<>();
      String at = " at " + node;
      sizes.forEach(
          (what, size) -> {
            if (what.endsWith(at)) {
              keeps.put(what.substring(0, what.length() - at.length()), size);
            }
          });
      its.put("shows", stage.shown(node));
      its.put("keeps", keeps);
      its.put("entries", entries(node));
      nodes.add(its);
    }
    return nodes;
  }

  private List<Object> entries(NodeId node) {
    List<Object> entries = new ArrayList<>();
    for (Map.Entry<Bytes, Entry> each : stage.entries(node).entrySet()) {
      Entry entry = each.getValue();
      Map<String, Object> its = new LinkedHashMap<>();
      its.put("key", each.getKey().toText());
      its.put("value", entry.isTombstone() ? "removed" : entry.presentValue().toText());
      its.put("isRemoved", entry.isTombstone());
      its.put("version", String.valueOf(entry.version()));
      entries.add(its);
    }
    return entries;
  }

  private List<Object> messages() {
    List<Object> messages = new ArrayList<>();
    for (Letter each : stage.letters().underWay()) {
      Map<String, Object> its = new LinkedHashMap<>();
      its.put("name", "m" + each.number);
      its.put("from", each.passage.from());
      its.put("to", each.passage.to());
      its.put("kind", Letter.kind(each.passage));
      its.put("text", Sentence.brief(each.passage.message().toString()));
      its.put("isHeld", each.isHeld);
      its.put("in", each.passage.due() - Simulation.BEGINNING_NANOS - stage.elapsed());
      messages.add(its);
    }
    return messages;
  }

  private List<Object> clients() {
    List<Object> clients = new ArrayList<>();
    int number = 0;
    for (Stage.Client each : stage.clients()) {
      Map<String, Object> its = new LinkedHashMap<>();
      its.put("name", "c" + number++);
      its.put("node", each.node);
      List<Object> calls = new ArrayList<>();
      List<Stage.Call> latest =
          each.calls.subList(Math.max(0, each.calls.size() - LATEST_CALLS), each.calls.size());
      for (Stage.Call call : latest) {
        Map<String, Object> of = new LinkedHashMap<>();
        of.put("words", call.words);
        of.put("node", call.node);
        of.put("asked", call.asked);
        of.put("outcome", call.outcome);
        of.put("answer", call.answer);
        of.put("answered", call.answered);
        calls.add(of);
      }
      its.put("calls", calls);
      clients.add(its);
    }
    return clients;
  }

  private List<Object> events() {
    List<TraceEvent> events = stage.events();
    List<Object> latest = new ArrayList<>();
    for (int i = Math.max(0, events.size() - LATEST_EVENTS); i < events.size(); i++) {
      Map<String, Object> its = new LinkedHashMap<>();
      its.put("nanos", events.get(i).time() - Simulation.BEGINNING_NANOS);
      its.put("text", stage.sentence(i));
      latest.add(its);
    }
    return latest;
  }

  private List<Object> verdicts() {
    List<Object> verdicts = new ArrayList<>();
    for (Map.Entry<Consistency, Verdict> each : stage.verdicts().entrySet()) {
      Map<String, Object> its = new LinkedHashMap<>();
      its.put("level", each.getKey());
      its.put("isPromised", stage.setup().level().isAtLeast(each.getKey()));
      Verdict verdict = each.getValue();
      if (verdict instanceof Verdict.Broken broken) {
        its.put("verdict", "broken");
        its.put("reason", broken.reason());
        its.put("operations", broken.conflict().stream().map(this::inWords).toList());
        its.put("moment", momentOf(broken.conflict()));
      } else {
        its.put("verdict", verdict.holds() ? "holds" : "undecided");
      }
      verdicts.add(its);
    }
    return verdicts;
  }

  /** The first moment at which all of these have ended. */
  private int momentOf(Collection<Operation> operations) {
    long end =
        operations.stream()
            .mapToLong(Operation::returned)
            .filter(time -> time < Long.MAX_VALUE)
            .max()
            .orElse(0);
    for (int i = 0; i < play.moments().size(); i++) {
      if (play.moments().get(i).nanos() >= end - operations.size()) {
        return i;
      }
    }
    return play.moments().size() - 1;
  }

  /** With the name of the client instead of the number of its session. */
  private String inWords(Operation operation) {
    String text = operation.toString();
    int colon = text.indexOf(": ");
    int times = text.lastIndexOf(" [");
    String client =
        stage.recorder().asked().stream()
            .filter(each -> each.process() == operation.process() && !each.client().isEmpty())
            .findFirst()
            .map(Asked::client)
            .orElse(text.substring(0, colon));
    return client
        + text.substring(colon, times < 0 ? text.length() : times)
        + String.format(Locale.ROOT, " (asked at %.3f ms)", operation.invoked() / 1e6);
  }
}
