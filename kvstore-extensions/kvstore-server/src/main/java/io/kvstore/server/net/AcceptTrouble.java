package io.kvstore.server.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a port that cannot accept connections, as a rule because there are no file
 * descriptors left: it says so, not too often, and tries again a little later.
 */
final class AcceptTrouble extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(AcceptTrouble.class);
  private static final Seldom FAILURES =
      new Seldom(Duration.ofSeconds(10)); // they are of all ports
  private static final long PAUSE_MILLIS = 100;

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    int number = FAILURES.count();
    if (number > 0) {
      log.warn(
          "a connection could not be accepted, {} times: {}; see LimitNOFILE or ulimit -n if files"
              + " are meant",
          number,
          cause.getMessage());
    }
    var config = from.channel().config();
    if (config.isAutoRead()) {
      config.setAutoRead(false);
      var unused =
          from.executor()
              .schedule(() -> config.setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
