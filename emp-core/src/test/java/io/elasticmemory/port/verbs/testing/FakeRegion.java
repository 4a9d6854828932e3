package io.elasticmemory.port.verbs.testing;

import io.elasticmemory.port.verbs.MemoryRegion;
import java.lang.foreign.MemorySegment;

/** Memory with a key that is never used again. */
final class FakeRegion implements MemoryRegion {
  private final FakeDomain domain;
  private final MemorySegment memory;
  private final int access;
  private final int key;
  private boolean closed;

  FakeRegion(FakeDomain domain, MemorySegment memory, int access, int key) {
    this.domain = domain;
    this.memory = memory;
    this.access = access;
    this.key = key;
  }

  boolean isUsableIn(FakeDomain other) {
    return !closed && domain == other;
  }

  boolean allows(int wanted, long address, int bytes) {
    long offset = address - memory.address();
    return (access & wanted) == wanted && offset >= 0 && offset <= memory.byteSize() - bytes;
  }

  long offset(long address) {
    return address - memory.address();
  }

  @Override
  public MemorySegment memory() {
    return memory;
  }

  @Override
  public long remoteAddress() {
    return memory.address();
  }

  @Override
  public int remoteKey() {
    return key;
  }

  @Override
  public void close() {
    synchronized (domain.host().fabric) {
      if (!closed) {
        closed = true;
        domain.host().deregistered(this);
        domain.end();
      }
    }
  }
}
