package io.kvstore.ratis;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads by which Ratis writes the logs of one member, while the member is being closed. Each
 * waits for records in turns of a second, and does not see before the end of one that its log was
 * closed: so it is interrupted when it waits.
 *
 * <p>It is not interrupted in the middle of its work, which would close the file that it writes: a
 * log that was closed takes no records, so the thread that waits then has nothing more to do. Were
 * it about to write one that came just before, this would not be written, as in a crash: nobody has
 * been told of it.
 */
final class LogWriters implements Runnable {
  private static final Logger logger = LoggerFactory.getLogger(LogWriters.class);

  private final List<Writer> left = new ArrayList<>();

  /** The thread that writes one log is known once it has written something. */
  private record Writer(RaftLog log, ShardMachine machine) {
    boolean endIfItWaits() {
      Thread thread = machine.logWriter();
      if (thread == null || log.isOpened() || thread.getState() != Thread.State.TIMED_WAITING) {
        return false;
      }
      thread.interrupt();
      return true;
    }
  }

  /** Those of a member that has not been closed. */
  LogWriters(RaftServer server, Map<RaftGroupId, ShardMachine> machines) {
    machines.forEach(
        (group, machine) -> {
          try {
            left.add(new Writer(server.getDivision(group).getRaftLog(), machine));
          } catch (IOException removed) {
            logger.debug("{} has no log any more", group, removed);
          }
        });
  }

  /** Ends those that have nothing more to do: to be run again and again. */
  @Override
  public void run() {
    left.removeIf(Writer::endIfItWaits);
  }
}
