package io.kvstore.memcached;

import net.rubyeye.xmemcached.transcoders.CachedData;
import net.rubyeye.xmemcached.transcoders.CompressionMode;
import net.rubyeye.xmemcached.transcoders.Transcoder;

/** Items are the bytes that they are: not serialised, not compressed. */
final class RawItems implements Transcoder<byte[]> {
  @Override
  public CachedData encode(byte[] item) {
    return new CachedData(0, item, item.length, -1);
  }

  @Override
  public byte[] decode(CachedData item) {
    return item.getData();
  }

  @Override
  public void setPrimitiveAsString(boolean isSo) {}

  @Override
  public void setPackZeros(boolean isSo) {}

  @Override
  public void setCompressionThreshold(int bytes) {}

  @Override
  public boolean isPrimitiveAsString() {
    return false;
  }

  @Override
  public boolean isPackZeros() {
    return false;
  }

  @Override
  public void setCompressionMode(CompressionMode mode) {}
}
