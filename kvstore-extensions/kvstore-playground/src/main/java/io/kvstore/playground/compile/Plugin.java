package io.kvstore.playground.compile;

import org.teavm.vm.spi.TeaVMHost;
import org.teavm.vm.spi.TeaVMPlugin;

/** What TeaVM does besides when it compiles kvstore. */
public final class Plugin implements TeaVMPlugin {
  /** Loaded by TeaVM. */
  public Plugin() {}

  @Override
  public void install(TeaVMHost host) {
    host.add(new MissingMethods());
    host.add(new VarHandles());
    host.add(new TreeMapRanges());
    host.add(new LimitedStreams());
    host.add(new Rounding());
  }
}
