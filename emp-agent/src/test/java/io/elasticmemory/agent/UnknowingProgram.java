package io.elasticmemory.agent;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpArena;
import java.lang.foreign.MemorySegment;

/** A program that was told nothing about paths. */
final class UnknowingProgram {
  private UnknowingProgram() {}

  public static void main(String[] arguments) {
    boolean running =
        ProcessHandle.current()
            .children()
            .anyMatch(child -> child.info().commandLine().orElse("").contains("PagerMain"));
    System.out.println("pager running: " + running);
    MemorySegment segment = EmpArena.global().allocate(4096, 8);
    segment.set(JAVA_INT, 0, 42);
    System.out.println(Emp.fromEnvironment().path() + " " + segment.get(JAVA_INT, 0));
  }
}
