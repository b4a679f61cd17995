package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.Memcached;
import io.kvstore.server.net.Admission;
import io.kvstore.server.net.Connections;
import io.kvstore.server.net.Protocol;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** memcached's text protocol over the nodes of one store. */
public final class MemcachedProtocol {
  private static final byte[] NO_ROOM =
      "ERROR Too many open connections\r\n".getBytes(StandardCharsets.ISO_8859_1);

  private final KVStore<Bytes, Bytes> store;
  private final Memcached options;
  private final @Nullable Users users;
  private final Guesses guesses = new Guesses(System::nanoTime);
  private final Marks marks = new Marks();

  /** Over this store; reads the file of users, if there is one. */
  public MemcachedProtocol(KVStore<Bytes, Bytes> store, Memcached options) {
    this.store = store;
    this.options = options;
    this.users = options.authenticationFile().map(Users::read).orElse(null);
  }

  /** What this node speaks to those who are admitted. */
  public Protocol at(NodeId node, Admission admission) {
    return new OfNode(new NodeState(store, node, options, marks, admission));
  }

  private final class OfNode implements Protocol {
    private final NodeState state;

    OfNode(NodeState state) {
      this.state = state;
    }

    @Override
    public List<ChannelHandler> handlers() {
      return List.of(new Conversation(state, users == null ? null : new Login(users, guesses)));
    }

    @Override
    public byte[] refusal() {
      return NO_ROOM.clone();
    }

    @Override
    public void opened(Connections connections, EventLoop loop) {
      state.opened(connections, loop);
    }

    @Override
    public void closed() {
      state.cancelFlush();
    }
  }
}
