package io.kvstore.core.throwing;

import io.kvstore.Bytes;
import io.kvstore.Codec;
import io.kvstore.Codecs;
import io.kvstore.Delay;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.trace.Trace;
import io.kvstore.spi.Entry;
import org.jspecify.annotations.Nullable;

/** What a user may give to a store: each of its calls can be made to throw. */
final class StoryGuests {
  private StoryGuests() {}

  static Codec<String> codec() {
    return new Codec<>() {
      @Override
      public Bytes encode(String value) {
        Bomb.guest("codec");
        return Codecs.STRING.encode(value);
      }

      @Override
      public String decode(Bytes bytes) {
        Bomb.guest("codec");
        return Codecs.STRING.decode(bytes);
      }

      @Override
      public NumberFormat numberFormat() {
        return Codecs.STRING.numberFormat();
      }
    };
  }

  static DataletFactory datalets() {
    return (node, shard) -> {
      Bomb.guest("datalet factory");
      return new GuestDatalet(Datalets.tree().open(node, shard));
    };
  }

  static Trace trace() {
    return event -> Bomb.guest("trace");
  }

  static Delay delay() {
    return random -> {
      Bomb.guest("delay");
      return random.nextLong(50_000);
    };
  }

  /** A tree, as a user may have one. */
  private record GuestDatalet(Datalet tree) implements Datalet {
    @Override
    public @Nullable Entry get(Bytes key) {
      Bomb.guest("datalet");
      return tree.get(key);
    }

    @Override
    public @Nullable Entry put(Bytes key, Entry entry) {
      Bomb.guest("datalet");
      return tree.put(key, entry);
    }

    @Override
    public @Nullable Entry remove(Bytes key) {
      Bomb.guest("datalet");
      return tree.remove(key);
    }

    @Override
    public void scan(Bytes from, Bytes to, Visitor visitor) {
      Bomb.guest("datalet");
      tree.scan(from, to, visitor);
    }

    @Override
    public long size() {
      Bomb.guest("datalet");
      return tree.size();
    }

    @Override
    public void clear() {
      Bomb.guest("datalet");
      tree.clear();
    }

    @Override
    public void close() {
      Bomb.guest("datalet");
      tree.close();
    }
  }
}
