package stranger;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Query;
import io.kvstore.spi.Tick;
import io.kvstore.testkit.campaign.Campaign;
import io.kvstore.testkit.campaign.Counterexample;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A protocol that somebody else wrote, and the bug in it. */
class GossipTest {
  /** Everybody writes, and tells the others once. */
  static final class Gossip implements Controlet {
    record News(long epoch, Ordered origin, List<Pair> changed) implements Message {}

    record Known(Contents contents) implements MemberReport {}

    private final Env env;
    private long count;

    Gossip(Env env) {
      this.env = env;
    }

    @Override
    public void onRequest(Request request, Reply reply) {
      if (request.operation() instanceof Query query) {
        env.storage().query(query, env.now(), reply::answer);
      } else if (reply.begin()) {
        write(request, reply);
      }
    }

    private void write(Request request, Reply reply) {
      long version = ++count << 16 | env.self().number();
      Ordered ordered =
          new Ordered(
              version, env.now(), request.client(), request.sequence(), request.operation());
      env.storage()
          .update(
              ordered,
              null,
              (answer, changed) -> {
                env.broadcast(new News(env.view().epoch(), ordered, changed)); // may be lost!
                reply.answer(answer);
              });
    }

    @Override
    public void onMessage(NodeId from, Message message) {
      if (message instanceof News news) {
        merge(news.origin(), news.changed());
      }
    }

    private void merge(Ordered origin, List<Pair> changed) {
      changed.forEach(pair -> count = Math.max(count, pair.entry().version() >> 16));
      env.storage().merge(origin, changed, () -> {});
    }

    @Override
    public void freeze(Consumer<MemberReport> then) {
      env.storage().snapshot(contents -> then.accept(new Known(contents)));
    }

    @Override
    public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
      for (MemberReport report : members) {
        Contents contents = ((Known) report).contents();
        contents
            .entries()
            .forEach(
                pair ->
                    merge(
                        new Ordered(
                            pair.entry().version(), contents.time(), Ordered.NO_CLIENT, 0, new Tick()),
                        List.of(pair)));
      }
    }

    @Override
    public void activate() {}
  }

  @Test
  void aCampaignFindsThatLostNewsIsNeverToldAgain() {
    Counterexample found =
        Campaign.of(Consistency.EVENTUAL, Replication.BROADCAST)
            .protocol(Gossip::new)
            .seeds(1_000)
            .find()
            .orElseThrow();

    System.out.println(found);
    assertThat(found.promise()).isEqualTo("agreeing");
    assertThat(found.size()).isLessThanOrEqualTo(17);
  }
}
