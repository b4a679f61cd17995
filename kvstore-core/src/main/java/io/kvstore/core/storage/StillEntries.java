package io.kvstore.core.storage;

import io.kvstore.core.spi.Datalet.Visitor;
import io.kvstore.spi.Answer.Pair;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All entries of a member that stands still. They are looked up when the first of them is asked
 * for, or copied as a whole without that.
 */
final class StillEntries extends AbstractList<Pair> {
  private final IndexedEntries source;
  private final Consumer<Throwable> onFailure;
  private volatile @Nullable List<Pair> entries;

  /**
   * The entries of a member.
   *
   * @param onFailure told what the datalet throws while they are looked up
   */
  StillEntries(IndexedEntries source, Consumer<Throwable> onFailure) {
    this.source = source;
    this.onFailure = onFailure;
  }

  /** Makes them the only ones that another member has, if that is quick; tells whether. */
  boolean copyTo(IndexedEntries target) {
    return target.copyFrom(source);
  }

  /** Those that may be news to another member: members have mostly the same. */
  List<Pair> newsFor(IndexedEntries others) {
    List<Pair> news = new ArrayList<>();
    Visitor add = (key, entry) -> news.add(new Pair(key, entry));
    boolean isQuick = source == others || others.datalet().forEachUnlike(source.datalet(), add);
    return isQuick ? news : this;
  }

  @Override
  public Pair get(int index) {
    List<Pair> all = entries;
    if (all == null) {
      all = lookedUp();
      entries = all;
    }
    return all.get(index);
  }

  private List<Pair> lookedUp() {
    try {
      return source.all();
    } catch (RuntimeException | Error failure) {
      onFailure.accept(failure);
      throw new NothingToTakeException(failure);
    }
  }

  /** Its member may have taken over more meanwhile: then there are more of them. */
  @Override
  public int size() {
    List<Pair> all = entries;
    return all == null ? (int) Math.min(source.datalet().size(), 1 << 30) : all.size();
  }
}
