package io.kvstore.playground.compile;

import org.teavm.extension.spi.substitution.SimpleSubstitutionPolicy;
import org.teavm.extension.spi.substitution.SubstitutionSink;

/** Where there is a class of the same name in the package of shims, it is compiled instead. */
public final class Shims extends SimpleSubstitutionPolicy {
  /** The package, with those of what is replaced below. */
  static final String PACKAGE = "io.kvstore.playground.shim";

  /** Loaded by TeaVM. */
  public Shims() {}

  @Override
  public void contribute(SubstitutionSink sink) {
    sink.selectClasses(
            inPackage("java", true)
                .or(inPackage("jdk.jfr", true))
                .or(inPackage("org.jctools", true))
                .or(inPackage("org.slf4j", true)))
        .packagePrefix(PACKAGE);
  }
}
