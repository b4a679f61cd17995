package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.Item;
import io.kvstore.Scan;
import io.kvstore.Session;
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

  private static final int FIRST_PAGE = 16; // entries, of which nobody knows yet how long they are
  private static final int LARGEST_PAGE = 16 << 10;
  private static final long PAGE_BYTES = 512 << 10; // about: by the page before
  private static final byte[] END = {'}'};

  /** The entries that are asked for. */
  record Selection(Bytes first, Optional<Bytes> end, int limit) {
    Scan<Bytes> page(int entries) {
      Scan<Bytes> scan = Scan.from(first).limit(Math.min(entries, limit));
      return end.isPresent() ? scan.until(end.get()) : scan;
    }

    Selection after(List<Item<Bytes, Bytes>> page) {
      Bytes last = page.get(page.size() - 1).key();
      return new Selection(last.concat(Bytes.of((byte) 0)), end, limit - page.size());
    }
  }

  private final Session<Bytes, Bytes> session;
  private final AtomicInteger running;
  private Selection left;
  private int pageEntries = FIRST_PAGE;
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
    return listing.read().thenApply(listing::begin);
  }

  private Answer begin(byte[] first) {
    if (isComplete) {
      byte[] whole = Arrays.copyOf(first, first.length + 1);
      whole[first.length] = '}';
      return Answer.of(200, Answer.JSON, whole);
    }
    if (running.incrementAndGet() > MOST_AT_ONCE) {
      running.decrementAndGet();
      return Answer.error(
          503,
          "this node sends "
              + MOST_AT_ONCE
              + " long listings already: try again later, or ask for pages with 'after' and 'limit'");
    }
    return Answer.of(200, Answer.JSON, first).followedBy(this);
  }

  /** The next page: the object's beginning before the first, a comma before each other. */
  private CompletableFuture<byte[]> read() {
    boolean isFirst = pageEntries == FIRST_PAGE && !isComplete;
    int wanted = Math.min(pageEntries, left.limit());
    return session
        .async()
        .scan(left.page(wanted))
        .thenApply(
            page -> {
              byte[] object = objectOf(page);
              isComplete = page.size() < wanted || page.size() == left.limit();
              if (!page.isEmpty()) {
                left = left.after(page);
                long size = Math.max(1, object.length / page.size());
                pageEntries = (int) Math.max(1, Math.min(LARGEST_PAGE, PAGE_BYTES / size));
              }
              return isFirst || page.isEmpty() ? withoutEnd(object, isFirst) : continued(object);
            });
  }

  private static byte[] objectOf(List<Item<Bytes, Bytes>> page) {
    return Json.object(
        json ->
            page.forEach(
                item -> json.writeStringProperty(item.key().toText(), item.value().toText())));
  }

  private static byte[] withoutEnd(byte[] object, boolean withBeginning) {
    return Arrays.copyOfRange(object, withBeginning ? 0 : 1, object.length - 1);
  }

  private static byte[] continued(byte[] object) {
    byte[] piece = Arrays.copyOf(object, object.length - 1);
    piece[0] = ',';
    return piece;
  }

  @Override
  public CompletableFuture<Optional<byte[]>> next() {
    if (!isComplete) {
      return read().thenApply(Optional::of);
    }
    boolean isOver = isEnded;
    isEnded = true;
    return CompletableFuture.completedFuture(isOver ? Optional.empty() : Optional.of(END));
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      running.decrementAndGet();
    }
  }
}
