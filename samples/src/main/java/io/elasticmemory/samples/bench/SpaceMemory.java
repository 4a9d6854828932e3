package io.elasticmemory.samples.bench;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpException;
import io.elasticmemory.MemPath;
import io.elasticmemory.counters.Counter;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Memory of a space. */
public final class SpaceMemory implements Ground {
  private final Emp emp;

  /** Opens a space. */
  public SpaceMemory(MemPath path) {
    this.emp = Emp.open(path);
  }

  @Override
  public Arena newArena() {
    return emp.ofShared();
  }

  @Override
  public int blockBytes() {
    return emp.blockBytes();
  }

  @Override
  public int subblockBytes() {
    return emp.subblockBytes();
  }

  @Override
  public long budgetBytes() {
    return emp.dramBytes();
  }

  @Override
  public long residentBytes() {
    return emp.statistics().residentBytes();
  }

  @Override
  public Map<Counter, Long> counters() {
    return emp.statistics().counters();
  }

  @Override
  public CompletableFuture<Void> resize(long bytes) {
    try {
      return emp.resizeDram(bytes);
    } catch (IllegalArgumentException e) {
      throw new EmpException(EmpException.Kind.CAPACITY, String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public long pagerPid() {
    return emp.pagerPid();
  }

  @Override
  public void close() {
    emp.close();
  }
}
