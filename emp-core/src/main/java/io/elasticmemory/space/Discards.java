package io.elasticmemory.space;

import static io.elasticmemory.wire.CommandRingLayout.DISCARD;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.SpaceMemory;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/**
 * Makes memory of a space zero without writing it: whole blocks are forgotten by the pager. For an
 * owner who waits for it, and for the allocator, which does not. Safe for use by many threads.
 */
final class Discards {
  /** The pager's answer to a discard; any other means that the blocks may hold what they held. */
  private static final long DISCARDED = 0;

  private final SpaceMemory memory;
  private final CommandRings commands;
  private final Pins pins;
  private final long blockBytes;

  Discards(SpaceMemory memory, CommandRings commands, Pins pins, long blockBytes) {
    this.memory = memory;
    this.commands = commands;
    this.pins = pins;
    this.blockBytes = blockBytes;
  }

  /**
   * Makes a part of a segment zero and waits until it is; its edges are filled.
   *
   * @param range the part, as one of the space
   * @throws IllegalStateException if whole blocks of it are pinned
   */
  void discard(MemorySegment segment, long offset, SpaceRange range) {
    long first = (range.offset() + blockBytes - 1) & -blockBytes;
    long end = range.end() & -blockBytes;
    if (first >= end) {
      zero(segment, offset, range.bytes());
      return;
    }
    CompletableFuture<Long> discarded = pins.discard(new SpaceRange(first, end - first));
    zero(segment, offset, first - range.offset());
    zero(segment, offset + end - range.offset(), range.end() - end);
    long result = CommandRings.await(discarded);
    if (result != DISCARDED) {
      throw new EmpException(
          Kind.INTERNAL,
          "the pager refused to discard %d bytes at offset %d, which were checked (result %d); they"
                  .formatted(end - first, first, result)
              + " are not zero, report a bug");
    }
  }

  /** Less than two blocks, at most one at a time. */
  private void zero(MemorySegment segment, long offset, long bytes) {
    for (long done = 0; done < bytes; done += blockBytes) {
      MemorySegment part = segment.asSlice(offset + done, Math.min(blockBytes, bytes - done));
      memory.load(part.address() - memory.base(), part.byteSize());
      part.fill((byte) 0);
    }
  }

  /** Forgets blocks for the allocator, see {@link io.elasticmemory.alloc.Discarder}. */
  void forget(long offset, long bytes, Runnable done) {
    CompletableFuture<Void> _ =
        commands
            .ask(DISCARD, offset, bytes)
            .thenAccept(result -> forgotten(offset, bytes, result, done));
  }

  /** What is not known to be zero is handed to nobody: it stays in quarantine. */
  private static void forgotten(long offset, long bytes, long result, Runnable done) {
    if (result == DISCARDED) {
      done.run();
    } else {
      PagerLog.get()
          .error(
              "the pager refused to discard {} bytes at offset {} (result {}); they stay unused,"
                  + " report a bug",
              bytes,
              offset,
              result);
    }
  }
}
