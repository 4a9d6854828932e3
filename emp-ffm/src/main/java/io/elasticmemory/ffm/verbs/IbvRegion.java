package io.elasticmemory.ffm.verbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.port.verbs.MemoryRegion;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** An {@code ibv_mr}. */
final class IbvRegion implements MemoryRegion {
  private static final long CONTEXT_AT = VerbsLayout.offset(VerbsLayout.MR, "context");
  private static final long ADDRESS_AT = VerbsLayout.offset(VerbsLayout.MR, "addr");
  private static final long LENGTH_AT = VerbsLayout.offset(VerbsLayout.MR, "length");
  private static final long LOCAL_KEY_AT = VerbsLayout.offset(VerbsLayout.MR, "lkey");
  private static final long REMOTE_KEY_AT = VerbsLayout.offset(VerbsLayout.MR, "rkey");

  private final long region;
  private final MemorySegment memory;
  private final int localKey;
  private final int remoteKey;
  private final AtomicBoolean closed = new AtomicBoolean();

  IbvRegion(long region, MemorySegment memory) {
    this.region = region;
    this.memory = memory;
    MemorySegment made = VerbsLayout.at(region, VerbsLayout.MR);
    localKey = made.get(JAVA_INT, LOCAL_KEY_AT);
    remoteKey = made.get(JAVA_INT, REMOTE_KEY_AT);
  }

  /** True if the library says of it what was asked for: its layout is the one we know. */
  boolean isAsAsked(long context) {
    MemorySegment made = VerbsLayout.at(region, VerbsLayout.MR);
    return made.get(JAVA_LONG, CONTEXT_AT) == context
        && made.get(JAVA_LONG, ADDRESS_AT) == memory.address()
        && made.get(JAVA_LONG, LENGTH_AT) == memory.byteSize();
  }

  /** The address of a part, which is not looked at again. */
  long address(long offset, int bytes) {
    Objects.checkFromIndexSize(offset, bytes, memory.byteSize());
    if (bytes <= 0 || closed.get()) {
      throw new IllegalArgumentException(
          closed.get() ? "the region is closed" : bytes + " bytes are nothing to move");
    }
    return memory.address() + offset;
  }

  int localKey() {
    return localKey;
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
    return remoteKey;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      long result = VerbsCalls.DEREG_MR.call(region);
      if (result != 0) {
        throw new IllegalStateException(
            "a region is closed that is in use: " + Errno.describe((int) Math.abs(result)));
      }
    }
  }
}
