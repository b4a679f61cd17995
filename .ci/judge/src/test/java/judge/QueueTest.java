package judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.object.Calls;
import io.kvstore.testkit.object.Queues;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.PriorityBlockingQueue;
import org.junit.jupiter.api.Test;

/** A queue is first in, first out; one that sorts is not. */
class QueueTest {
  @Test
  void aLinkedQueueIsAQueue() throws Exception {
    assertThat(Queues.machine().check(play(new ConcurrentLinkedQueue<>())).holds()).isTrue();
  }

  @Test
  void aPriorityQueueIsNot() throws Exception {
    assertThat(Queues.machine().check(play(new PriorityBlockingQueue<>())).toString())
        .startsWith("broken: the longest order of the calls has");
  }

  private static Calls<Queues.Call, Optional<String>> play(Queue<String> queue) throws Exception {
    Calls<Queues.Call, Optional<String>> calls = new Calls<>();
    List<Thread> clients = new ArrayList<>();
    for (String client : List.of("zoe", "ana")) {
      clients.add(new Thread(() -> play(queue, client, calls)));
    }
    clients.forEach(Thread::start);
    for (Thread client : clients) {
      client.join();
    }
    return calls;
  }

  private static void play(
      Queue<String> queue, String client, Calls<Queues.Call, Optional<String>> calls) {
    try {
      for (int i = 99; i > 0; i--) {
        String value = client + i;
        calls.call(
            client,
            new Queues.Offer(value),
            () -> {
              queue.offer(value);
              return Optional.empty();
            });
        if (i % 3 == 0) {
          calls.call(client, new Queues.Poll(), () -> Optional.ofNullable(queue.poll()));
        }
      }
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
