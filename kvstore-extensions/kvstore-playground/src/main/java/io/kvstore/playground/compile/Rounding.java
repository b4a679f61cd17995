package io.kvstore.playground.compile;

import io.kvstore.playground.shim.java.lang.Additions;
import java.util.ArrayList;
import java.util.List;
import org.teavm.model.BasicBlock;
import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.Instruction;
import org.teavm.model.MethodHolder;
import org.teavm.model.MethodReference;
import org.teavm.model.ValueType;
import org.teavm.model.instructions.InvocationType;
import org.teavm.model.instructions.InvokeInstruction;

/** Has formatted numbers rounded half up, as the JDK does; TeaVM rounds half to even. */
final class Rounding implements ClassHolderTransformer {
  private static final String NUMBERS = "java.text.DecimalFormat";
  private static final MethodReference ROUND_HALF_UP =
      new MethodReference(
          "java.lang." + Additions.class.getSimpleName(),
          "roundHalfUp",
          ValueType.object(NUMBERS),
          ValueType.VOID);

  @Override
  public void transformClass(ClassHolder type, ClassHolderTransformerContext context) {
    if (!type.getName().startsWith("java.util.Formatter")) {
      return;
    }
    for (MethodHolder method : type.getMethods()) {
      if (method.getProgram() != null) {
        prepared(method).forEach(Rounding::roundHalfUp);
      }
    }
  }

  /** Where a method prepares the format of a number. */
  private static List<InvokeInstruction> prepared(MethodHolder method) {
    List<InvokeInstruction> calls = new ArrayList<>();
    for (BasicBlock block : method.getProgram().getBasicBlocks()) {
      for (Instruction each : block) {
        if (each instanceof InvokeInstruction call
            && call.getMethod().getName().equals("setDecimalFormatSymbols")) {
          calls.add(call);
        }
      }
    }
    return calls;
  }

  private static void roundHalfUp(InvokeInstruction prepared) {
    InvokeInstruction call = new InvokeInstruction();
    call.setType(InvocationType.SPECIAL);
    call.setMethod(ROUND_HALF_UP);
    call.setArguments(prepared.getInstance());
    prepared.insertPrevious(call);
  }
}
