package io.elasticmemory.agent;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;

/**
 * One method of the JDK that asks a hook.
 *
 * @param className internal name: {@code java/nio/Bits}
 * @param method its name
 * @param type its descriptor
 * @param hook name of the method of {@code EmpHooks}
 * @param kind where it asks, and what it does with the answer
 * @param isNeeded whether the agent is of no use without it
 */
record Redirection(
    String className, String method, String type, String hook, Kind kind, boolean isNeeded) {

  static final ClassDesc HOOKS = ClassDesc.of("jdk.internal.misc.EmpHooks");

  /** How a method asks. */
  enum Kind {
    /** First of all, with its arguments; an answer that is not 0 is returned. */
    ANSWERED,
    /** First of all, with its arguments; if the answer is true it is done. */
    DONE,
    /**
     * Last of all, with its arguments in an array and the result; the answer is returned instead.
     */
    EXCHANGED,
    /** Last of all, with the result. */
    TOLD,
    /** Wherever it looks whether a buffer is direct, with the buffer and what it saw. */
    JUDGED
  }

  /** For {@link #method} and {@link #type}: all there are. */
  static final String ANY = "*";

  private static final ClassDesc DIRECT_BUFFER = ClassDesc.of("sun.nio.ch.DirectBuffer");

  /** Whether this is such a method, and has a place to ask at. */
  boolean isIn(MethodModel candidate) {
    return candidate.code().isPresent()
        && (kind != Kind.JUDGED
            || candidate.code().get().elementStream().anyMatch(Redirection::isJudgement))
        && (method.equals(ANY) || candidate.methodName().equalsString(method))
        && (type.equals(ANY) || candidate.methodType().equalsString(type));
  }

  /** Rewrites the code of this method. */
  CodeTransform transform(MethodModel target) {
    boolean isStatic = target.flags().has(AccessFlag.STATIC);
    return switch (kind) {
      case ANSWERED, DONE ->
          new CodeTransform() {
            @Override
            public void atStart(CodeBuilder code) {
              askFirst(code, isStatic);
            }

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
              code.with(element);
            }
          };
      case JUDGED -> this::judge;
      case EXCHANGED, TOLD ->
          (code, element) -> {
            if (element instanceof ReturnInstruction) {
              askLast(code, isStatic);
            }
            code.with(element);
          };
    };
  }

  private static boolean isJudgement(CodeElement element) {
    return element instanceof TypeCheckInstruction check
        && check.opcode() == Opcode.INSTANCEOF
        && check.type().asSymbol().equals(DIRECT_BUFFER);
  }

  private void judge(CodeBuilder code, CodeElement element) {
    if (isJudgement(element)) {
      code.dup().with(element);
      code.invokestatic(
          HOOKS,
          hook,
          MethodTypeDesc.of(
              ConstantDescs.CD_boolean, ConstantDescs.CD_Object, ConstantDescs.CD_boolean));
    } else {
      code.with(element);
    }
  }

  private MethodTypeDesc typeDesc() {
    return MethodTypeDesc.ofDescriptor(type);
  }

  private void askFirst(CodeBuilder code, boolean isStatic) {
    MethodTypeDesc parameters = typeDesc();
    int slot = isStatic ? 0 : 1;
    for (ClassDesc parameter : parameters.parameterList()) {
      TypeKind typeKind = TypeKind.from(parameter);
      code.loadLocal(typeKind, slot);
      slot += typeKind.slotSize();
    }
    Label goOn = code.newLabel();
    if (kind == Kind.DONE) {
      code.invokestatic(HOOKS, hook, parameters.changeReturnType(ConstantDescs.CD_boolean));
      code.ifeq(goOn).return_().labelBinding(goOn);
    } else {
      code.invokestatic(HOOKS, hook, parameters);
      code.dup2().lconst_0().lcmp().ifeq(goOn).lreturn().labelBinding(goOn).pop2();
    }
  }

  private void askLast(CodeBuilder code, boolean isStatic) {
    MethodTypeDesc parameters = typeDesc();
    if (kind == Kind.TOLD) {
      code.dup();
      code.invokestatic(
          HOOKS, hook, MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object));
      return;
    }
    ClassDesc result = parameters.returnType();
    ClassDesc array = ConstantDescs.CD_Object.arrayType();
    code.loadConstant(parameters.parameterCount()).anewarray(ConstantDescs.CD_Object);
    for (int i = 0; i < parameters.parameterCount(); i++) {
      code.dup().loadConstant(i).aload(isStatic ? i : i + 1).aastore();
    }
    code.swap().invokestatic(HOOKS, hook, MethodTypeDesc.of(result, array, result));
  }
}
