package io.kvstore.server.memcached;

import java.util.concurrent.CompletableFuture;

/** {@code stats} and its parts. */
final class StatisticsRequest extends Request {
  private static final Reply RESET = Reply.line("RESET");
  private static final Request ON = new Detail(true);
  private static final Request OFF = new Detail(false);
  private static final Request NO_SIZES =
      Request.answered(Reply.line("STAT sizes_status disabled"));
  private static final Request NO_CACHE_DUMP =
      Request.answered(Reply.line("CLIENT_ERROR stats cachedump not allowed"));

  private StatisticsRequest() {}

  /** The request that a line makes whose first word is {@code stats}. */
  static Request of(Line line) {
    if (line.words() == 1) {
      return new StatisticsRequest();
    }
    return switch (line.text(1)) {
      case "reset" -> new Reset();
      case "detail" -> detail(line);
      case "settings" -> new Settings();
      case "items" -> new Items();
      case "slabs" -> Request.answered(StatisticsReport.slabs());
      case "sizes" -> Request.answered(StatisticsReport.sizes());
      case "sizes_enable", "sizes_disable" -> NO_SIZES;
      case "cachedump" -> NO_CACHE_DUMP;
      case "extstore" -> Request.answered(Reply.END);
      default -> Request.answered(Reply.ERROR);
    };
  }

  private static Request detail(Line line) {
    return switch (line.words() < 3 ? "" : line.text(2)) {
      case "on" -> ON;
      case "off" -> OFF;
      case "dump" -> new Dump();
      default -> Request.answered(Reply.line("CLIENT_ERROR usage: stats detail on|off|dump"));
    };
  }

  /** What is counted includes all earlier requests of the connection. */
  @Override
  boolean isAlone() {
    return true;
  }

  /** A node that cannot count the items, because it is cut off, tells the rest. */
  @Override
  CompletableFuture<Reply> perform(Service service) {
    return service
        .items()
        .store()
        .size()
        .exceptionally(thrown -> StatisticsReport.UNKNOWN)
        .thenApply(size -> StatisticsReport.general(service.node(), size, service.node().lag()));
  }

  private static final class Reset extends Request {
    @Override
    boolean isAlone() {
      return true;
    }

    @Override
    CompletableFuture<Reply> perform(Service service) {
      service.statistics().reset();
      service.prefixes().reset();
      return done(RESET);
    }
  }

  private static final class Detail extends Request {
    private final boolean isOn;

    Detail(boolean isOn) {
      this.isOn = isOn;
    }

    @Override
    boolean isAlone() {
      return true;
    }

    @Override
    CompletableFuture<Reply> perform(Service service) {
      service.prefixes().turn(isOn);
      return done(Reply.OK);
    }
  }

  private static final class Dump extends Request {
    @Override
    boolean isAlone() {
      return true;
    }

    @Override
    CompletableFuture<Reply> perform(Service service) {
      return done(service.prefixes().dump());
    }
  }

  private static final class Settings extends Request {
    @Override
    CompletableFuture<Reply> perform(Service service) {
      return done(StatisticsReport.settings(service.node()));
    }
  }

  private static final class Items extends Request {
    @Override
    boolean isAlone() {
      return true;
    }

    @Override
    CompletableFuture<Reply> perform(Service service) {
      return service.items().store().size().thenApply(StatisticsReport::items);
    }
  }
}
