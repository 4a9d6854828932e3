package io.elasticmemory.tiering.store;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A disk in memory: transfers end some polls later, in any order, or fail when they are told to.
 * Only the latest of a size may be used: it has the memory of those before, because memory that
 * nobody has touched yet takes longer than most tests.
 */
final class MemoryDisk implements Donor {
  private static final Map<Long, MemorySegment> MEMORY = new HashMap<>();

  final MemorySegment bytes;
  private final SplittableRandom random = new SplittableRandom(1);
  private final List<Transfer> underWay = new ArrayList<>();
  int queueMax = 24;
  Outcome endsWith = Outcome.DONE;
  boolean stands;
  long readBytes;
  long writtenBytes;
  boolean closed;

  MemoryDisk(long grantedBytes) {
    bytes = MEMORY.computeIfAbsent(grantedBytes, size -> Arena.ofAuto().allocate(size, 4096));
    // What was there before is somebody else's rubbish, and no piece of an earlier test.
    for (long at = 0; at < grantedBytes; at += 4096) {
      bytes.set(java.lang.foreign.ValueLayout.JAVA_LONG, at, random.nextLong());
    }
  }

  @Override
  public String name() {
    return "the disk";
  }

  @Override
  public boolean isElsewhere() {
    return true;
  }

  @Override
  public Tier tier() {
    return Tier.SSD;
  }

  @Override
  public long grantedBytes() {
    return bytes.byteSize();
  }

  @Override
  public boolean start(Transfer transfer) {
    if (((transfer.position() | transfer.frameOffset() | transfer.bytes()) & 4095) != 0) {
      throw new AssertionError("direct I/O takes whole sectors only");
    }
    if (underWay.size() >= queueMax) {
      return false;
    }
    underWay.add(transfer);
    return true;
  }

  @Override
  public int poll(Ended ended) {
    int count = stands || underWay.isEmpty() ? 0 : 1 + random.nextInt(underWay.size());
    for (int i = 0; i < count; i++) {
      Transfer transfer = underWay.remove(random.nextInt(underWay.size()));
      if (endsWith == Outcome.DONE) {
        move(transfer);
      }
      transfer.end(endsWith);
      ended.ended(transfer);
    }
    return count;
  }

  private void move(Transfer transfer) {
    int count = transfer.bytes();
    if (transfer.isWrite()) {
      MemorySegment.copy(
          transfer.frames(), transfer.frameOffset(), bytes, transfer.position(), count);
      writtenBytes += count;
    } else {
      MemorySegment.copy(
          bytes, transfer.position(), transfer.frames(), transfer.frameOffset(), count);
      readBytes += count;
    }
  }

  @Override
  public String lastFailure() {
    return endsWith == Outcome.DONE ? "" : "the disk says so";
  }

  @Override
  public void close() {
    closed = true;
  }
}
