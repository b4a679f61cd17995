package io.kvstore.core.node;

import io.kvstore.View;
import io.kvstore.core.membership.Control.Install;
import io.kvstore.core.membership.MemberAgent;
import io.kvstore.core.membership.Moment;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.replication.HandOver;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.RemoteEntries;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.core.storage.NothingToTakeException;
import io.kvstore.core.storage.ReplicaStorage;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica's passage from one view to the next, as the coordinator leads it; where the group goes
 * on in another cell of the matrix, also from one controlet to the next. Used on the replica's
 * loop.
 */
final class ViewChangeParticipant implements MemberAgent.Participant {
  private static final Logger logger = LoggerFactory.getLogger(ViewChangeParticipant.class);

  private final Replica replica;
  private final ReplicaStorage storage;
  private final Transfers transfers;
  private final OpenRequests open;
  private final Backlog backlog;
  private final ControletFactory protocol;
  private View installed; // as the replica's view, but in the cell in which the group goes on
  private @Nullable Runnable afterHandOver;
  private volatile Optional<DamagedFileException> damage; // until it has taken a place

  /**
   * Of a replica that has not taken a place in any view yet.
   *
   * @param damage what is the matter with what its datalet had kept
   */
  ViewChangeParticipant(
      Replica replica,
      ReplicaStorage storage,
      Transfers transfers,
      OpenRequests open,
      Backlog backlog,
      ControletFactory protocol,
      Optional<DamagedFileException> damage) {
    this.replica = replica;
    this.storage = storage;
    this.transfers = transfers;
    this.open = open;
    this.backlog = backlog;
    this.protocol = protocol;
    this.installed = replica.view();
    this.damage = damage;
  }

  /** What is the matter with what its datalet had kept, as long as it has nothing else. */
  Optional<DamagedFileException> damage() {
    return damage;
  }

  @Override
  public boolean hasLostAll() {
    return damage.isPresent();
  }

  @Override
  public void freeze(View decided, Consumer<MemberReport> then) {
    replica.freeze();
    transfers.giveUp(); // what it was to do is over, or comes again in the next view
    if (replica.env().isHandingOver()) {
      replica.loop().reached(Moment.FROZEN_DURING_HAND_OVER);
      afterHandOver = () -> freeze(decided, then);
      return;
    }
    if (!Cell.of(replica.view()).isOf(decided)) {
      beginBlank(Cell.of(decided));
    }
    replica.controlet().freeze(then);
  }

  /**
   * The group has gone on in another cell, and all that this one had went there with the others:
   * what it still has belongs to a protocol that is over.
   */
  private void beginBlank(Cell cell) {
    replica.loop().reached(Moment.BEGUN_BLANK);
    storage.replace(new Contents(List.of(), Long.MIN_VALUE, 0), () -> {});
    replica.renewControlet(cell.view(replica.view()));
  }

  /** Once what it has to take over is here: it comes in chunks. */
  @Override
  public boolean install(Install install, Runnable then) {
    if (HandOver.in(install.members()).isPresent()) {
      return installNow(install, then);
    }
    List<RemoteEntries> needed = transfers.neededFor(install.members(), install.joiners());
    if (needed.isEmpty()) {
      return installNow(install, then);
    }
    transfers.bring(
        needed,
        () -> {
          installNow(install, then);
          transfers.forget(needed);
        });
    return true;
  }

  @Override
  public long steps() {
    return replica.parts().applier().copies().steps();
  }

  private boolean installNow(Install install, Runnable then) {
    try {
      installed = install.next();
      View next = Cell.of(replica.view()).view(installed);
      replica.enter(next);
      replica.env().setMute(!Cell.of(next).isOf(installed)); // the others may be past it
      storage.beginInstall();
      replica.controlet().install(next, install.members(), install.joiners());
      storage.endInstall(
          next.epoch(),
          () -> {
            if (!replica.isStopped()) {
              damage = Optional.empty();
              then.run();
            }
          });
    } catch (NothingToTakeException othersFault) {
      replica.loop().reached(Moment.NOTHING_TO_TAKE);
      logger.warn("node {} waits for another view: {}", replica.self(), othersFault.getMessage());
      return false;
    }
    return true;
  }

  @Override
  public void activate() {
    boolean staysInItsCell = Cell.of(replica.view()).isOf(installed);
    if (staysInItsCell) {
      replica.serve();
    } else {
      handOver();
    }
  }

  /**
   * The group goes on in another cell. Everyone has everything now: so the controlet that was ends
   * what it has begun, and the one that comes finds the rest.
   */
  private void handOver() {
    replica.env().beginHandOver();
    replica.controlet().handOver(this::succeed);
  }

  private void succeed(MemberReport handOver) {
    if (replica.isStopped()) {
      return;
    }
    replica.renewControlet(installed);
    replica.controlet().install(installed, List.of(handOver), List.of());
    if (handOver instanceof HandOver known) {
      open.unanswered().forEach(each -> answerFrom(known, each));
      open.unanswered().stream()
          .filter(each -> known.mayHaveForgotten(each, each.begunIn()))
          .forEach(this::loseForgotten);
    }
    if (!protocol.knowsRepetitions(installed)) {
      open.loseRepetitions("it was asked again, of a store that has changed since");
    }
    backlog.forgetRequests();
    open.unanswered().stream().filter(each -> !each.isPostponed).forEach(backlog::keep);
    Runnable next = afterHandOver;
    afterHandOver = null;
    if (next == null) {
      replica.serve();
    } else {
      next.run();
    }
  }

  private void answerFrom(HandOver handOver, ClientRequest request) {
    if (handOver.answerIfRemembered(request, request)) {
      replica.loop().reached(Moment.ANSWERED_FROM_A_HAND_OVER);
    }
  }

  private void loseForgotten(ClientRequest request) {
    replica.loop().reached(Moment.LOST_IN_A_HAND_OVER);
    request.lose("it had begun, and it is not known how it ended");
  }
}
