package io.kvstore.playground.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.teavm.model.AccessLevel;
import org.teavm.model.BasicBlock;
import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.ElementModifier;
import org.teavm.model.Instruction;
import org.teavm.model.MethodDescriptor;
import org.teavm.model.MethodHolder;
import org.teavm.model.MethodReference;
import org.teavm.model.Program;
import org.teavm.model.ValueType;
import org.teavm.model.Variable;
import org.teavm.model.emit.ProgramEmitter;
import org.teavm.model.emit.ValueEmitter;
import org.teavm.model.instructions.AssignInstruction;
import org.teavm.model.instructions.CastInstruction;
import org.teavm.model.instructions.GetFieldInstruction;
import org.teavm.model.instructions.InvocationType;
import org.teavm.model.instructions.InvokeInstruction;
import org.teavm.model.instructions.NullConstantInstruction;
import org.teavm.model.instructions.PutFieldInstruction;
import org.teavm.model.instructions.StringConstantInstruction;

/**
 * Compiles access through a {@code VarHandle} into plain access to the field that it was looked up
 * for: there is one thread only. Which field that is, the initialiser of the class says, where it
 * looks the handle up by name and keeps it in a static field.
 */
final class VarHandles implements ClassHolderTransformer {
  private static final String HANDLE = "java.lang.invoke.VarHandle";
  private static final String LOOKUPS = "java.lang.invoke.MethodHandles";
  private static final String LONGS_OF_BYTES = ""; // not the name of a field

  @Override
  public void transformClass(ClassHolder type, ClassHolderTransformerContext context) {
    Map<String, String> fields = new HashMap<>();
    for (MethodHolder method : List.copyOf(type.getMethods())) {
      if (method.getName().equals("<clinit>") && method.getProgram() != null) {
        findLookups(method.getProgram(), fields);
      }
    }
    if (fields.isEmpty()) {
      return;
    }
    for (MethodHolder method : List.copyOf(type.getMethods())) {
      if (method.getProgram() != null) {
        for (InvokeInstruction call : callsOn(HANDLE, method.getProgram())) {
          if (call.getInstance() != null) {
            replace(call, fields, method.getProgram(), type, context);
          }
        }
      }
    }
  }

  private static List<InvokeInstruction> callsOn(String owner, Program program) {
    List<InvokeInstruction> calls = new ArrayList<>();
    for (BasicBlock block : program.getBasicBlocks()) {
      for (Instruction each : block) {
        if (each instanceof InvokeInstruction call
            && call.getMethod().getClassName().startsWith(owner)) {
          calls.add(call);
        }
      }
    }
    return calls;
  }

  /** Notes which static field stands for which other field, and takes the look-ups away. */
  private static void findLookups(Program initialiser, Map<String, String> fields) {
    for (InvokeInstruction call : callsOn(LOOKUPS, initialiser)) {
      String name = call.getMethod().getName();
      if (name.equals("findVarHandle")) {
        fields.put(keptIn(call), constant(call.getArguments().get(1), call));
      } else if (name.equals("byteArrayViewVarHandle")) {
        fields.put(keptIn(call), LONGS_OF_BYTES);
      } else if (!name.equals("lookup")) {
        throw new IllegalStateException("no shim of " + call.getMethod());
      }
      NullConstantInstruction nothing = new NullConstantInstruction();
      nothing.setReceiver(call.getReceiver());
      call.replace(nothing);
    }
  }

  private static String keptIn(InvokeInstruction lookup) {
    Variable handle = lookup.getReceiver();
    for (Instruction each = lookup.getNext(); each != null; each = each.getNext()) {
      if (each instanceof AssignInstruction assign && assign.getAssignee() == handle) {
        handle = assign.getReceiver();
      } else if (each instanceof CastInstruction cast && cast.getValue() == handle) {
        handle = cast.getReceiver();
      } else if (each instanceof PutFieldInstruction put && put.getValue() == handle) {
        return put.getField().getFieldName();
      }
    }
    throw new IllegalStateException("a handle is kept in no field: " + lookup.getLocation());
  }

  private static String constant(Variable variable, Instruction use) {
    Variable wanted = variable;
    for (Instruction each = use.getPrevious(); each != null; each = each.getPrevious()) {
      if (each instanceof AssignInstruction assign && assign.getReceiver() == wanted) {
        wanted = assign.getAssignee();
      } else if (each instanceof StringConstantInstruction text && text.getReceiver() == wanted) {
        return text.getConstant();
      }
    }
    throw new IllegalStateException("a handle's field is not named: " + use.getLocation());
  }

  private static void replace(
      InvokeInstruction call,
      Map<String, String> fields,
      Program program,
      ClassHolder type,
      ClassHolderTransformerContext context) {
    String field = fields.get(handle(call, program));
    if (field == null) {
      throw new IllegalStateException(
          "an unknown handle is used at " + type.getName() + " " + call.getLocation());
    }
    call.setMethod(
        field.equals(LONGS_OF_BYTES)
            ? longAt(call.getMethod())
            : access(field, call.getMethod().getName(), type, context));
    call.setInstance(null);
    call.setType(InvocationType.SPECIAL);
  }

  private static String handle(InvokeInstruction call, Program program) {
    Variable wanted = call.getInstance();
    for (Instruction each = call.getPrevious(); each != null; each = each.getPrevious()) {
      if (each instanceof GetFieldInstruction get && get.getReceiver() == wanted) {
        return get.getField().getFieldName();
      }
    }
    // Loaded in a block before: a variable that holds one handle only.
    for (BasicBlock block : program.getBasicBlocks()) {
      for (Instruction each : block) {
        if (each instanceof GetFieldInstruction get && get.getReceiver() == wanted) {
          return get.getField().getFieldName();
        }
      }
    }
    throw new IllegalStateException("a handle comes from no field: " + call.getLocation());
  }

  private static MethodReference longAt(MethodReference asked) {
    if (!asked.getName().equals("get")) {
      throw new IllegalStateException("no shim of " + asked);
    }
    return new MethodReference(
        PlainAccess.class.getName(),
        "longAt",
        ValueType.parse(byte[].class),
        ValueType.INTEGER,
        ValueType.LONG);
  }

  /** A static method of the class that accesses one of its fields, made when it is needed. */
  private static MethodReference access(
      String field, String how, ClassHolder type, ClassHolderTransformerContext context) {
    ValueType its = type.getField(field).getType();
    ValueType self = ValueType.object(type.getName());
    List<ValueType> signature = new ArrayList<>(List.of(self));
    String kind;
    if (how.equals("compareAndSet") || how.equals("weakCompareAndSet")) {
      kind = "compareAndSet";
      signature.addAll(Arrays.asList(its, its, ValueType.BOOLEAN));
    } else if (how.startsWith("set")) {
      kind = "set";
      signature.addAll(Arrays.asList(its, ValueType.VOID));
    } else if (how.equals("get")
        || how.equals("getAcquire")
        || how.equals("getOpaque")
        || how.equals("getVolatile")) {
      kind = "get";
      signature.add(its);
    } else {
      throw new IllegalStateException("no shim of VarHandle." + how);
    }
    MethodDescriptor descriptor =
        new MethodDescriptor("$" + kind + "$" + field, signature.toArray(ValueType[]::new));
    if (type.getMethod(descriptor) == null) {
      MethodHolder method = new MethodHolder(descriptor);
      method.setLevel(AccessLevel.PUBLIC);
      method.getModifiers().add(ElementModifier.STATIC);
      ProgramEmitter program = ProgramEmitter.create(method, context.getHierarchy());
      emit(kind, field, its, program.var(1, self), program);
      type.addMethod(method);
    }
    return new MethodReference(type.getName(), descriptor);
  }

  private static void emit(
      String kind, String field, ValueType its, ValueEmitter self, ProgramEmitter program) {
    if (kind.equals("get")) {
      self.getField(field, its).returnValue();
    } else if (kind.equals("set")) {
      self.setField(field, program.var(2, its));
      program.exit();
    } else {
      ValueEmitter present = self.getField(field, its);
      ValueEmitter expected = program.var(2, its);
      program
          .when(
              its instanceof ValueType.Primitive
                  ? present.isEqualTo(expected)
                  : present.isSame(expected))
          .thenDo(
              () -> {
                self.setField(field, program.var(3, its));
                program.constant(1).returnValue();
              })
          .elseDo(() -> program.constant(0).returnValue());
    }
  }
}
