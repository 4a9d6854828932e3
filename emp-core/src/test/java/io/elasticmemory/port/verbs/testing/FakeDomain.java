package io.elasticmemory.port.verbs.testing;

import io.elasticmemory.port.verbs.CompletionQueue;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.ProtectionDomain;
import java.lang.foreign.MemorySegment;

/** Counts what is in use, and refuses to close before that is closed. */
final class FakeDomain implements ProtectionDomain {
  private final FakeVerbs host;
  private int inUse;
  private boolean closed;

  FakeDomain(FakeVerbs host) {
    this.host = host;
  }

  FakeVerbs host() {
    return host;
  }

  @Override
  public MemoryRegion register(MemorySegment memory, int access) {
    if (!memory.isNative() || memory.isReadOnly()) {
      throw new IllegalArgumentException("a device can use native, writable memory only");
    }
    synchronized (host.fabric) {
      requireOpen();
      host.requireAllowed(memory.byteSize());
      FakeRegion region = new FakeRegion(this, memory, access, host.fabric.newKey());
      host.registered(region);
      inUse++;
      return region;
    }
  }

  @Override
  public CompletionQueue createCompletionQueue(int entries) {
    synchronized (host.fabric) {
      requireOpen();
      return new FakeCompletionQueue(host.fabric, entries);
    }
  }

  void begin() {
    requireOpen();
    inUse++;
  }

  void end() {
    inUse--;
  }

  private void requireOpen() {
    if (closed) {
      throw new AssertionError("a closed domain is used");
    }
  }

  @Override
  public void close() {
    synchronized (host.fabric) {
      if (inUse > 0) {
        throw new AssertionError("a domain is closed that is in use " + inUse + " times");
      }
      closed = true;
    }
  }
}
