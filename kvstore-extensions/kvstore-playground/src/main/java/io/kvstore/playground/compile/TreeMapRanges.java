package io.kvstore.playground.compile;

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
import org.teavm.model.instructions.ExitInstruction;
import org.teavm.model.instructions.InvocationType;
import org.teavm.model.instructions.InvokeInstruction;

/**
 * Ends the iterators of a part of a tree map where the part ends: TeaVM's go on behind it when they
 * have removed an entry, so that {@code headMap(key).clear()} clears the whole map.
 */
final class TreeMapRanges implements ClassHolderTransformer {
  private static final String ITERATOR = "java.util.TreeMap$EntryIterator";

  @Override
  public void transformClass(ClassHolder type, ClassHolderTransformerContext context) {
    if (!type.getName().equals(ITERATOR)) {
      return;
    }
    for (MethodHolder method : type.getMethods()) {
      if (method.getName().equals("remove") && method.getProgram() != null) {
        lookForTheEnd(method);
      }
    }
  }

  private static void lookForTheEnd(MethodHolder method) {
    List<Instruction> exits = new ArrayList<>();
    for (BasicBlock block : method.getProgram().getBasicBlocks()) {
      for (Instruction each : block) {
        if (each instanceof ExitInstruction) {
          exits.add(each);
        }
      }
    }
    for (Instruction exit : exits) {
      InvokeInstruction look = new InvokeInstruction();
      look.setType(InvocationType.SPECIAL);
      look.setInstance(method.getProgram().variableAt(0));
      look.setMethod(new MethodReference(ITERATOR, "checkFinished", ValueType.VOID));
      exit.insertPrevious(look);
    }
  }
}
