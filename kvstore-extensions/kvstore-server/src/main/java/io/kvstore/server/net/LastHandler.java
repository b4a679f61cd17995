package io.kvstore.server.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.PrematureChannelClosureException;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last handler of a connection, to which all comes that goes wrong on it: then it is closed.
 * What the network or the other side has done is no error in the log.
 */
public abstract class LastHandler extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(LastHandler.class);

  @Override
  public final void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    if (isOfTheNetwork(cause)) {
      log.debug("a connection has failed", cause);
    } else {
      log.error("a connection is closed because of an error of ours", cause);
    }
    var unused = from.close();
    if (cause instanceof OutOfMemoryError) {
      Thread thread = Thread.currentThread();
      thread
          .getUncaughtExceptionHandler()
          .uncaughtException(thread, cause); // it is not of one alone
    }
  }

  private static boolean isOfTheNetwork(Throwable cause) {
    return cause instanceof IOException
        || cause instanceof PrematureChannelClosureException
        || cause instanceof SSLException
        || cause.getCause() instanceof SSLException;
  }
}
