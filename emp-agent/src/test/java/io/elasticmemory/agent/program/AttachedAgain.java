package io.elasticmemory.agent.program;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.sun.tools.attach.VirtualMachine;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;

/**
 * Loads the agent into itself with one list of options after the other, and says where a direct
 * buffer lies then; last of all where {@code malloc} gets memory, with a {@code free} of before and
 * with a new one: {@code AttachedAgain JAR OPTIONS…}
 */
public final class AttachedAgain {
  private static final long BYTES = 8 << 20;
  private static final Linker LINKER = Linker.nativeLinker();

  private AttachedAgain() {}

  public static void main(String[] arguments) throws Throwable {
    MethodHandle early = link("free", FunctionDescriptor.ofVoid(ADDRESS));
    for (int i = 1; i < arguments.length; i++) {
      VirtualMachine self = VirtualMachine.attach(Long.toString(ProcessHandle.current().pid()));
      self.loadAgent(arguments[0], arguments[i]);
      self.detach();
      ByteBuffer buffer = ByteBuffer.allocateDirect((int) BYTES);
      System.out.println("buffer: " + Where.is(MemorySegment.ofBuffer(buffer).address()));
    }
    MethodHandle malloc = link("malloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG));
    show("free of before", malloc, early);
    show("new free", malloc, link("free", FunctionDescriptor.ofVoid(ADDRESS)));
  }

  private static void show(String name, MethodHandle malloc, MethodHandle free) throws Throwable {
    MemorySegment segment = (MemorySegment) malloc.invokeExact(BYTES);
    System.out.println(name + ": " + Where.is(segment.address()));
    free.invokeExact(segment);
  }

  private static MethodHandle link(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), type);
  }
}
