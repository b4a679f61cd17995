package io.kvstore.server.memcached;

import static java.util.Objects.requireNonNull;

import io.kvstore.server.memcached.Statistics.Count;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client may say before it has said who it is: {@code set <any> <any> <any> <bytes>} with
 * the value {@code user password}. Who has guessed wrong is answered later each time.
 */
final class Login implements Requests {
  private static final int LONGEST = 2_048;
  private static final int END_OF_LINE = 2;
  private static final int LENGTH_WORD = 4;
  private static final Pattern SPACES = Pattern.compile(" +");
  private static final Reply UNKNOWN = Reply.line("CLIENT_ERROR unauthenticated");
  private static final Reply BAD_END = Reply.line("CLIENT_ERROR bad command line termination");
  private static final Reply BAD_TOKEN = Reply.line("CLIENT_ERROR bad authentication token format");
  private static final Reply REFUSED = Reply.line("CLIENT_ERROR authentication failure");

  private final Users users;
  private final Guesses guesses;
  private final Line line = new Line();
  private final Numeral numeral = new Numeral();
  private int awaited = -1; // how long the value is with its end; -1 while a line is awaited
  private @Nullable Attempt delayed;
  private boolean isDue; // the delayed attempt
  private int failures;
  private boolean isDone;
  private @Nullable Channel channel;
  private Runnable goOn = () -> {};

  Login(Users users, Guesses guesses) {
    this.users = users;
    this.guesses = guesses;
  }

  /** It is the login of this channel, which goes on when an attempt has been delayed enough. */
  void begin(Channel ofClient, Runnable whenDue) {
    channel = ofClient;
    goOn = whenDue;
  }

  /** Whether an attempt is delayed: until it is due, nothing that follows is understood. */
  boolean isDelayed() {
    return delayed != null && !isDue;
  }

  /** Whether the client is known. */
  boolean isDone() {
    return isDone;
  }

  @Override
  public @Nullable Request next(ByteBuf in) {
    if (delayed != null) {
      return isDue ? takeDelayed(delayed) : null;
    }
    if (awaited >= 0) {
      return readToken(in);
    }
    int length = in.bytesBefore((byte) '\n') + 1;
    if (length == 0) {
      return in.readableBytes() > LONGEST ? Request.hangUp() : null;
    }
    line.read(in, length);
    if (line.words() <= LENGTH_WORD
        || !line.is(0, "set")
        || !line.readUnsigned(numeral, LENGTH_WORD, 0)) {
      return Request.answered(UNKNOWN);
    }
    if (Long.compareUnsigned(numeral.value(), LONGEST) > 0) {
      return Request.hangUp();
    }
    awaited = numeral.asInt() + END_OF_LINE;
    return readToken(in);
  }

  private @Nullable Request readToken(ByteBuf in) {
    if (in.readableBytes() < awaited) {
      return null;
    }
    byte[] read = new byte[awaited];
    in.readBytes(read);
    awaited = -1;
    int length = read.length - END_OF_LINE;
    if (read[length] != '\r' || read[length + 1] != '\n') {
      return Request.answered(BAD_END);
    }
    String token = new String(read, 0, length, StandardCharsets.ISO_8859_1).strip();
    String[] words = SPACES.split(token, 3);
    if (words.length < 2) {
      return Request.answered(BAD_TOKEN);
    }
    return begin(new Attempt(words[0], words[1]));
  }

  private @Nullable Request begin(Attempt attempt) {
    long delayMillis = guesses.delayMillis(address(), failures);
    if (delayMillis == 0) {
      return attempt;
    }
    delayed = attempt;
    isDue = false;
    var unused =
        requireNonNull(channel)
            .eventLoop()
            .schedule(
                () -> {
                  isDue = true;
                  goOn.run();
                },
                delayMillis,
                TimeUnit.MILLISECONDS);
    return null;
  }

  private Request takeDelayed(Attempt attempt) {
    delayed = null;
    return attempt;
  }

  private InetAddress address() {
    return channel != null && channel.remoteAddress() instanceof InetSocketAddress there
        ? there.getAddress()
        : InetAddress.getLoopbackAddress(); // of this process
  }

  private final class Attempt extends Request {
    private final String user;
    private final String password;

    Attempt(String user, String password) {
      this.user = user;
      this.password = password;
    }

    @Override
    CompletableFuture<Reply> perform(Service service) {
      isDone = users.know(user, password);
      service.statistics().add(Count.AUTH_CMDS);
      if (!isDone) {
        service.statistics().add(Count.AUTH_ERRORS);
        failures++;
        guesses.failed(address());
      }
      return done(isDone ? Reply.STORED : REFUSED);
    }
  }
}
