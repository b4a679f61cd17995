package io.kvstore.server.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.Bytes;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLException;

/** A server that is asked over HTTP. What it answers is an answer; what is none is a trouble. */
final class Remote {
  private static final byte[] NOTHING = {};

  private final HttpClient http;
  private final URI base;
  private final Optional<String> token;
  private final Duration timeout;

  Remote(HttpClient http, URI base, Optional<String> token, Duration timeout) {
    this.http = http;
    this.base = base;
    this.token = token;
    this.timeout = timeout;
  }

  URI base() {
    return base;
  }

  /** A key or a name as a segment of a path. */
  static String segment(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /** A key as it stands in the parameters of {@code /entries}. */
  static String base64(Bytes key) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(key.toArray());
  }

  /** Any key, as it stood there. */
  static Bytes bytes(String base64) {
    return Bytes.wrap(Base64.getUrlDecoder().decode(base64));
  }

  Reply get(String path) throws Trouble {
    return send("GET", path, NOTHING);
  }

  /** Asks, and takes 404 for an answer, and what else the caller knows of. */
  Reply send(String method, String path, byte[] body, String... headers) throws Trouble {
    HttpRequest request =
        request(path, headers)
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
            .build();
    HttpResponse<byte[]> response =
        exchange(request, BodyHandlers.ofByteArray(), !method.equals("GET"));
    return new Reply(response, Bytes.wrap(response.body()));
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(timeout);
    token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request;
  }

  /**
   * Asks for server-sent events.
   *
   * @param events take them, if the answer is 200
   * @return the answer, without a body if it is 200: that goes on
   */
  Reply events(String path, EventSource events, String... headers) throws Trouble {
    HttpResponse<byte[]> response =
        exchange(
            request(path, headers).GET().build(),
            answer ->
                answer.statusCode() == 200
                    ? new Begun(
                        BodySubscribers.fromLineSubscriber(
                            events.subscriber(), lines -> NOTHING, UTF_8, null))
                    : BodySubscribers.ofByteArray(),
            false);
    return new Reply(response, Bytes.wrap(response.body()));
  }

  /** The body of an answer that counts as complete when it begins. */
  private record Begun(BodySubscriber<byte[]> body) implements BodySubscriber<byte[]> {
    @Override
    public CompletionStage<byte[]> getBody() {
      return CompletableFuture.completedFuture(NOTHING);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      body.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
      body.onNext(bytes);
    }

    @Override
    public void onError(Throwable broken) {
      body.onError(broken);
    }

    @Override
    public void onComplete() {
      body.onComplete();
    }
  }

  private <T> HttpResponse<T> exchange(HttpRequest request, BodyHandler<T> handler, boolean isWrite)
      throws Trouble {
    try {
      return http.send(request, handler);
    } catch (HttpConnectTimeoutException silent) {
      throw unreachable("it does not answer", silent);
    } catch (HttpTimeoutException late) {
      throw new Trouble(
          isWrite ? Trouble.UNKNOWN : Trouble.UNAVAILABLE,
          base
              + " has not answered within "
              + timeout.toMillis()
              + " ms"
              + (isWrite ? ": a write may or may not have been done" : ""),
          late);
    } catch (java.net.ConnectException refused) {
      throw unreachable("nothing listens there, or the name is not known", refused);
    } catch (SSLException distrusted) {
      throw unreachable(
          "its certificate is not trusted (see --tls-trust), or it does not encrypt", distrusted);
    } catch (IOException broken) {
      if (isWrite) {
        throw new Trouble(
            Trouble.UNKNOWN,
            base + " has closed the connection: a write may or may not have been done",
            broken);
      }
      throw unreachable("it has closed the connection; does it ask for https?", broken);
    } catch (InterruptedException interrupted) {
      throw new Trouble(Trouble.INTERRUPTED, "interrupted", interrupted);
    }
  }

  private Trouble unreachable(String why, IOException cause) {
    return new Trouble(Trouble.UNREACHABLE, "cannot reach " + base + ": " + why, cause);
  }

  /** The reply, if its status is one of these; otherwise the trouble that it tells of. */
  Reply expect(Reply reply, Integer... statuses) throws Trouble {
    if (List.of(statuses).contains(reply.status())) {
      return reply;
    }
    throw switch (reply.status()) {
      case 401 ->
          new Trouble(
              Trouble.REFUSED,
              base + " asks for a token, and not for the one that was given: see --token-file");
      case 500 -> new Trouble(Trouble.UNKNOWN, reply.error());
      case 503 -> new Trouble(Trouble.UNAVAILABLE, reply.error());
      case 404 ->
          new Trouble(
              Trouble.REFUSED,
              reply.error() + ": " + reply.response().uri() + " (is it the right port?)");
      default -> new Trouble(Trouble.REFUSED, reply.error());
    };
  }
}
