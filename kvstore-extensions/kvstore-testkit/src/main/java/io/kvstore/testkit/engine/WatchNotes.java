package io.kvstore.testkit.engine;

import io.kvstore.HistoryGoneException;
import io.kvstore.WatchEvent;
import io.kvstore.WatchListener;
import io.kvstore.WatchPosition;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes down what a watch tells. */
final class WatchNotes implements WatchListener<String, String> {
  final List<String> values = new CopyOnWriteArrayList<>();
  final List<WatchPosition> positions = new CopyOnWriteArrayList<>();
  final List<Optional<HistoryGoneException>> ends = new CopyOnWriteArrayList<>();

  @Override
  public void on(WatchEvent<String, String> event) {
    values.add(event.changes().get(0).now().orElseThrow().value());
    positions.add(event.position());
  }

  @Override
  public void onEnd(Optional<HistoryGoneException> gone) {
    ends.add(gone);
  }
}
