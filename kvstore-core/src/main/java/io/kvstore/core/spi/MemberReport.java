package io.kvstore.core.spi;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Storage.Contents;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a frozen member stands: each protocol has its own, which only its own controlets read. */
public interface MemberReport {
  /** Whether there is nothing at all that the member knows of. */
  default boolean isBlank() {
    return false;
  }

  /** Whether the member knows what it has answered: it has its memory, or its datalet kept that. */
  default boolean remembers() {
    return false;
  }

  /** The same, of no more than what comes back after a crash. */
  default MemberReport ofWhatIsKept() {
    return this;
  }

  /** What the member holds, null when that is not said. */
  default @Nullable Contents contents() {
    return null;
  }

  /**
   * Of those whose reports lead to the next view, the ones whose contents a member may take over
   * when it is installed: these are brought to it before. Asked of any one of them.
   *
   * @param member who is installed
   * @param isDurable whether what the member writes is there again after a crash
   */
  default List<MemberReport> neededBy(
      NodeId member, boolean isDurable, List<MemberReport> members, List<MemberReport> joiners) {
    List<MemberReport> all = new ArrayList<>(members);
    all.addAll(joiners);
    return all;
  }
}
