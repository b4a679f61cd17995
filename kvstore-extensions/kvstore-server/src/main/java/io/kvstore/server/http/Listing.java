package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.Item;
import io.kvstore.Session;
import io.kvstore.server.transfer.PageSize;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The entries of a range as one JSON object, read from the store page by page: the next page is
 * read when the client has taken the one before. Each page is as of its own moment.
 */
final class Listing implements Answer.Rest {
  /** How many listings of more than one page a node sends at once. */
  static final int MOST_AT_ONCE = 4;

  private static final byte[] END = {'}'};

  private final Session<Bytes, Bytes> session;
  private final AtomicInteger running;
  private Selection left;
  private int pageEntries = PageSize.SAMPLE;
  private int wanted;
  private boolean isComplete;
  private boolean isEnded;
  private boolean isClosed;

  private Listing(Session<Bytes, Bytes> session, Selection all, AtomicInteger running) {
    this.session = session;
    this.left = all;
    this.running = running;
  }

  /**
   * Answers with these entries: at once if they are one page.
   *
   * @param running counts the listings of more than one page
   */
  static CompletableFuture<Answer> of(
      Session<Bytes, Bytes> session, Selection all, AtomicInteger running) {
    Listing listing = new Listing(session, all, running);
    return listing.scan().thenCompose(listing::firstPage).thenApply(listing::begin);
  }

  private CompletableFuture<List<Item<Bytes, Bytes>>> scan() {
    wanted = Math.min(pageEntries, left.limit());
    return session.async().scan(left.page(wanted));
  }

  /** The first page: all of it as of one moment, so a few that are not all are read again. */
  private CompletableFuture<List<Item<Bytes, Bytes>>> firstPage(List<Item<Bytes, Bytes>> sample) {
    if (sample.size() < wanted || sample.size() == left.limit()) {
      return CompletableFuture.completedFuture(sample);
    }
    pageEntries = Math.max(sample.size(), Data.PAGES.after(sample));
    return pageEntries == sample.size() ? CompletableFuture.completedFuture(sample) : scan();
  }

  private void took(List<Item<Bytes, Bytes>> page) {
    isComplete = page.size() < wanted || page.size() == left.limit();
    if (!isComplete) {
      left = left.after(page);
      pageEntries = Data.PAGES.after(page);
    }
  }

  private Answer begin(List<Item<Bytes, Bytes>> first) {
    took(first);
    byte[] object = objectOf(first);
    if (isComplete) {
      return Answer.of(200, Answer.JSON, object);
    }
    if (running.incrementAndGet() > MOST_AT_ONCE) {
      running.decrementAndGet();
      return Answer.error(
          503,
          "this node sends "
              + MOST_AT_ONCE
              + " long listings already: try again later, or ask for pages with 'after' and 'limit'");
    }
    byte[] beginning = Arrays.copyOf(object, object.length - END.length);
    return Answer.of(200, Answer.JSON, beginning).followedBy(this);
  }

  /** A page that goes on: with a comma for the beginning of the object, and without its end. */
  private byte[] goOn(List<Item<Bytes, Bytes>> page) {
    took(page);
    isEnded = isComplete;
    if (page.isEmpty()) {
      return END;
    }
    byte[] piece = objectOf(page);
    piece[0] = ',';
    return isComplete ? piece : Arrays.copyOf(piece, piece.length - END.length);
  }

  private static byte[] objectOf(List<Item<Bytes, Bytes>> page) {
    return Json.object(
        json ->
            page.forEach(
                item -> json.writeStringProperty(item.key().toText(), item.value().toText())));
  }

  @Override
  public CompletableFuture<Optional<byte[]>> next() {
    return isEnded
        ? CompletableFuture.completedFuture(Optional.empty())
        : scan().thenApply(page -> Optional.of(goOn(page)));
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      running.decrementAndGet();
    }
  }
}
