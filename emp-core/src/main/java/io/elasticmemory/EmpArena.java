package io.elasticmemory;

import io.elasticmemory.space.ArenaMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An arena whose segments lie in a space: an ordinary {@link Arena} in every respect, made by an
 * {@link Emp} or, with the methods of this class, on the space of the environment, which is opened
 * at first use and lives as long as the process ({@link Emp#fromEnvironment}).
 *
 * <p>Memory is zero when it is handed out, and handing it out touches nothing. Closing the arena
 * gives it back; what was in it is forgotten, not written anywhere.
 *
 * <p>When the space is full, {@code allocate} throws an {@link EmpException} of kind CAPACITY and
 * not an {@link OutOfMemoryError} as the arenas of the JDK do: one full space is no reason to end a
 * program that is otherwise well, which is what many frameworks do on an {@code Error}.
 */
public final class EmpArena implements Arena {
  private final Arena lifetime;
  private final ArenaMemory memory;
  private final boolean closeable;

  EmpArena(Arena lifetime, ArenaMemory memory, boolean closeable) {
    this.lifetime = lifetime;
    this.memory = memory;
    this.closeable = closeable;
  }

  /** As {@link Arena#ofConfined}, on the space of the environment. */
  public static EmpArena ofConfined() {
    return Emp.fromEnvironment().ofConfined();
  }

  /** As {@link Arena#ofShared}, on the space of the environment. */
  public static EmpArena ofShared() {
    return Emp.fromEnvironment().ofShared();
  }

  /** As {@link Arena#ofAuto}, on the space of the environment. */
  public static EmpArena ofAuto() {
    return Emp.fromEnvironment().ofAuto();
  }

  /** As {@link Arena#global}, on the space of the environment. */
  public static EmpArena global() {
    return Emp.fromEnvironment().global();
  }

  /**
   * Memory of the space, zero, not touched.
   *
   * @throws IllegalArgumentException if the size is negative or the alignment no power of two
   * @throws IllegalStateException if the arena is closed
   * @throws WrongThreadException if the arena is confined to another thread
   * @throws EmpException of kind CAPACITY if the space has no room for it
   */
  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    return memory.allocate(byteSize, byteAlignment);
  }

  @Override
  public MemorySegment.Scope scope() {
    return lifetime.scope();
  }

  /**
   * As {@link Arena#close}: refused while a segment is in use, for another thread's confined arena,
   * and for automatic and global arenas.
   */
  @Override
  public void close() {
    if (!closeable) {
      throw new UnsupportedOperationException("an automatic or global arena cannot be closed");
    }
    lifetime.close();
  }
}
