package io.kvstore.peers;

import java.util.ArrayList;
import java.util.List;
import org.jgroups.JChannel;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.SHARED_LOOPBACK;
import org.jgroups.protocols.SHARED_LOOPBACK_PING;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;

/** JGroups within one JVM: messages go from one channel to another through queues, not sockets. */
final class LoopbackStack {
  private LoopbackStack() {}

  /** A channel that is not connected, with more protocols on top. */
  static JChannel channel(String name, List<Protocol> onTop) throws Exception {
    List<Protocol> stack = new ArrayList<>();
    stack.add(new SHARED_LOOPBACK());
    stack.add(new SHARED_LOOPBACK_PING());
    stack.add(new NAKACK2().useMcastXmit(false));
    stack.add(new UNICAST3());
    stack.add(new STABLE());
    stack.add(new GMS().setJoinTimeout(500).printLocalAddress(false));
    stack.add(new UFC());
    stack.add(new MFC());
    stack.add(new FRAG4());
    stack.addAll(onTop);
    return new JChannel(stack).name(name);
  }
}
