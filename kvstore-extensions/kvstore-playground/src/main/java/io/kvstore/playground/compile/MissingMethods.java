package io.kvstore.playground.compile;

import io.kvstore.playground.shim.java.lang.Additions;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.teavm.model.AccessLevel;
import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.ElementModifier;
import org.teavm.model.MethodDescriptor;
import org.teavm.model.MethodHolder;
import org.teavm.model.ValueType;
import org.teavm.model.emit.ProgramEmitter;
import org.teavm.model.emit.ValueEmitter;

/** Gives TeaVM's classes the methods that they lack: those of {@link Additions}. */
final class MissingMethods implements ClassHolderTransformer {
  private static final String ADDITIONS = "java.lang.Additions"; // it is a shim itself

  @Override
  public void transformClass(ClassHolder type, ClassHolderTransformerContext context) {
    for (Method method : Additions.class.getDeclaredMethods()) {
      AddedTo addedTo = method.getAnnotation(AddedTo.class);
      if (addedTo != null && addedTo.value().getName().equals(type.getName())) {
        add(method, addedTo, type, context);
      }
    }
  }

  private static void add(
      Method method, AddedTo addedTo, ClassHolder type, ClassHolderTransformerContext context) {
    boolean isStatic = addedTo.isStatic();
    ValueType result = original(method.getReturnType());
    List<ValueType> signature = new ArrayList<>();
    for (int i = isStatic ? 0 : 1; i < method.getParameterCount(); i++) {
      signature.add(original(method.getParameterTypes()[i]));
    }
    signature.add(result);
    MethodDescriptor descriptor =
        new MethodDescriptor(method.getName(), signature.toArray(ValueType[]::new));
    MethodHolder present = type.getMethod(descriptor);
    if (addedTo.replaces() != (present != null)) {
      throw new IllegalStateException(
          "TeaVM " + (present == null ? "lacks " : "has ") + type.getName() + "." + descriptor);
    }
    if (present != null) {
      type.removeMethod(present);
    }
    MethodHolder added = new MethodHolder(descriptor);
    added.setLevel(AccessLevel.PUBLIC);
    if (isStatic) {
      added.getModifiers().add(ElementModifier.STATIC);
    }
    ProgramEmitter program = ProgramEmitter.create(added, context.getHierarchy());
    List<ValueEmitter> arguments = new ArrayList<>();
    if (!isStatic) {
      arguments.add(program.var(0, ValueType.object(type.getName())));
    }
    for (int i = 0; i < signature.size() - 1; i++) {
      arguments.add(program.var(i + 1, signature.get(i)));
    }
    ValueEmitter[] all = arguments.toArray(ValueEmitter[]::new);
    if (result == ValueType.VOID) {
      program.invoke(ADDITIONS, method.getName(), all);
      program.exit();
    } else {
      program.invoke(ADDITIONS, method.getName(), result, all).returnValue();
    }
    type.addMethod(added);
  }

  /** What a shim stands for. */
  private static ValueType original(Class<?> type) {
    String shims = Shims.PACKAGE + ".";
    return type.getName().startsWith(shims)
        ? ValueType.object(type.getName().substring(shims.length()))
        : ValueType.parse(type);
  }
}
