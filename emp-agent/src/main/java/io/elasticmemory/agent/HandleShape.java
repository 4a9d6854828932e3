package io.elasticmemory.agent;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/**
 * How a program's handle for a C function takes and gives what the function does: pointers as
 * segments or as long, and before them what the linker added. Turns such a handle into the one form
 * that {@link CFunctions} knows, and back: the function's address, where to keep errno, then the
 * arguments, pointers and sizes as long.
 *
 * @param type of the program's handle
 * @param function as the program described it
 * @param hasSymbol whether the first parameter is the function's address
 */
record HandleShape(MethodType type, FunctionDescriptor function, boolean hasSymbol) {
  private static final MethodHandle OF_ADDRESS =
      find("ofAddress", MethodType.methodType(MemorySegment.class, long.class));
  private static final MethodHandle TO_ADDRESS =
      find("address", MethodType.methodType(long.class, MemorySegment.class));
  private static final MethodHandle SIZED =
      find("sized", MethodType.methodType(MemorySegment.class, long.class, long.class));

  /** Whether it is a handle for a function of this type, pointers and sizes being long. */
  boolean isOf(MethodType cType) {
    List<MemoryLayout> arguments = function.argumentLayouts();
    return arguments.size() == cType.parameterCount()
        && arguments.stream().allMatch(HandleShape::isWord)
        && function.returnLayout().map(HandleShape::isWord).orElse(true)
        && function.returnLayout().isPresent() == (cType.returnType() != void.class)
        && (leads() == leastLeads() || hasState())
        && type.parameterList().subList(0, leads()).stream().allMatch(MemorySegment.class::equals);
  }

  private static boolean isWord(MemoryLayout layout) {
    return layout instanceof AddressLayout || layout instanceof ValueLayout.OfLong;
  }

  /** Parameters that are none of the function's. */
  private int leads() {
    return type.parameterCount() - function.argumentLayouts().size();
  }

  private int leastLeads() {
    return hasSymbol ? 1 : 0;
  }

  /** Whether there is a parameter for what {@code captureCallState} keeps. */
  private boolean hasState() {
    return leads() == leastLeads() + 1;
  }

  /** The program's handle in the one form. */
  MethodHandle toCommon(MethodHandle handle) {
    MethodHandle common = handle;
    for (int i = leads(); i < type.parameterCount(); i++) {
      if (type.parameterType(i) == MemorySegment.class) {
        common = MethodHandles.filterArguments(common, i, OF_ADDRESS);
      }
    }
    if (type.returnType() == MemorySegment.class) {
      common = MethodHandles.filterReturnValue(common, TO_ADDRESS);
    }
    if (!hasState()) {
      common = MethodHandles.dropArguments(common, leastLeads(), MemorySegment.class);
    }
    return hasSymbol ? common : MethodHandles.dropArguments(common, 0, MemorySegment.class);
  }

  /** A handle of the one form as the program's. */
  MethodHandle fromCommon(MethodHandle common) {
    MethodHandle handle = common;
    if (!hasState()) {
      handle = MethodHandles.insertArguments(handle, 1, MemorySegment.NULL);
    }
    if (!hasSymbol) {
      handle = MethodHandles.insertArguments(handle, 0, MemorySegment.NULL);
    }
    for (int i = leads(); i < type.parameterCount(); i++) {
      if (type.parameterType(i) == MemorySegment.class) {
        handle = MethodHandles.filterArguments(handle, i, TO_ADDRESS);
      }
    }
    return type.returnType() == MemorySegment.class
        ? MethodHandles.filterReturnValue(
            handle, MethodHandles.insertArguments(SIZED, 0, targetBytes()))
        : handle;
  }

  private long targetBytes() {
    return function
        .returnLayout()
        .filter(AddressLayout.class::isInstance)
        .map(AddressLayout.class::cast)
        .flatMap(AddressLayout::targetLayout)
        .map(MemoryLayout::byteSize)
        .orElse(0L);
  }

  private static MethodHandle find(String name, MethodType type) {
    try {
      return MethodHandles.lookup().findStatic(HandleShape.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  // Found by their names.

  @SuppressWarnings("UnusedMethod")
  private static MemorySegment ofAddress(long address) {
    return MemorySegment.ofAddress(address);
  }

  @SuppressWarnings("UnusedMethod")
  private static long address(MemorySegment segment) {
    return segment.address();
  }

  @SuppressWarnings("UnusedMethod")
  private static MemorySegment sized(long bytes, long address) {
    MemorySegment segment = MemorySegment.ofAddress(address);
    return bytes == 0 ? segment : segment.reinterpret(bytes);
  }
}
