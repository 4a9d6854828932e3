package io.elasticmemory.ffm.memfd;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.FileStatus;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.SharedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** A sealed memory file, mapped. */
final class MappedSharedMemory implements SharedMemory {
  private final Descriptor memfd;
  private final Arena arena;
  private final MemorySegment segment;
  private final AtomicBoolean closed = new AtomicBoolean();

  private MappedSharedMemory(Descriptor memfd, Mapping mapping) {
    this.memfd = memfd;
    // Shared, so that a reader who comes late gets an exception and not a dead JVM; closed by
    // close.
    arena = Arena.ofShared();
    segment =
        MemorySegment.ofAddress(mapping.base())
            .reinterpret(mapping.bytes(), arena, _ -> mapping.close());
  }

  /** Maps a memory file and takes it over; closes it if that fails. */
  static MappedSharedMemory of(Descriptor memfd, long bytes) {
    try {
      Mapping mapping =
          bytes < Memories.HUGE_PAGE_BYTES
              ? Mapping.shared(memfd, bytes)
              : Mapping.aligned(memfd, bytes, Memories.HUGE_PAGE_BYTES);
      return new MappedSharedMemory(memfd, mapping);
    } catch (RuntimeException e) {
      memfd.close();
      throw e;
    }
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public boolean reserve(long offset, long bytes) {
    Objects.checkFromIndexSize(offset, bytes, segment.byteSize());
    return Memfd.tryReserve(memfd, offset, bytes);
  }

  @Override
  public void punch(long offset, long bytes) {
    Objects.checkFromIndexSize(offset, bytes, segment.byteSize());
    Memfd.punch(memfd, offset, bytes);
  }

  @Override
  public long nextData(long offset, long end) {
    Objects.checkFromToIndex(offset, end, segment.byteSize());
    return Memfd.nextData(memfd, offset, end);
  }

  @Override
  public long residentBytes() {
    return FileStatus.of(memfd).allocatedBytes();
  }

  @Override
  public Handle handle() {
    return memfd;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      arena.close();
      memfd.close();
    }
  }
}
