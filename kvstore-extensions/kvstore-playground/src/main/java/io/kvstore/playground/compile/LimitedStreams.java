package io.kvstore.playground.compile;

import java.util.regex.Pattern;
import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.MethodDescriptor;
import org.teavm.model.MethodHolder;
import org.teavm.model.ValueType;
import org.teavm.model.emit.ProgramEmitter;

/**
 * Has limited streams not know their size: TeaVM's say that they have as many elements as they may
 * have, so that {@code limit(Integer.MAX_VALUE).toList()} makes room for all of these.
 */
final class LimitedStreams implements ClassHolderTransformer {
  private static final Pattern NAMES = Pattern.compile("java\\.util\\.stream\\..*\\.Limiting.*");
  private static final int UNKNOWN = -1;
  private static final MethodDescriptor ESTIMATE =
      new MethodDescriptor("estimateSize", ValueType.INTEGER);

  @Override
  public void transformClass(ClassHolder type, ClassHolderTransformerContext context) {
    MethodHolder estimate = type.getMethod(ESTIMATE);
    if (estimate != null && NAMES.matcher(type.getName()).matches()) {
      ProgramEmitter.create(estimate, context.getHierarchy()).constant(UNKNOWN).returnValue();
    }
  }
}
