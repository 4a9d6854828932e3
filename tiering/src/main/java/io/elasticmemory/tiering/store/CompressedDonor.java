package io.elasticmemory.tiering.store;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.EmpException;
import io.elasticmemory.Tier;
import io.elasticmemory.codec.Lz4;
import io.elasticmemory.codec.Lz4Library;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Holdings;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.wire.CompressedLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Compressed blocks in DRAM of this machine: a part of a memory file drawn by {@link
 * CompressedLayout}, of which this is the one writer. Each subblock is compressed by itself, so
 * that one alone comes back as fast as it can and can be stored anew without the others; larger
 * ones in pieces of 64 KiB.
 *
 * <p>It has more positions than room. A write that does not compress to three quarters, or that
 * finds no room, is refused and leaves nothing behind. Everything is done in {@link #poll}, reads
 * for which a thread waits first, and of writes a bounded part at a time.
 */
public final class CompressedDonor implements Donor, Holdings {
  /** Transfers of a kind that wait for the next poll. */
  private static final int WAITING_MAX = 256;

  /** Bytes compressed in one poll, about: at a GB/s, faults are served between. */
  private static final int WRITE_BYTES_PER_POLL_MAX = 64 << 10;

  /** What is stored takes at most this part of what it was, or is not worth the memory. */
  private static final double STORED_PART_MAX = 0.75;

  /** A write whose first pieces do not compress at all is not tried to its end. */
  private static final int TRIAL_PIECES = 4;

  private static final VarHandle ENTRY = JAVA_LONG.varHandle();

  private final String name;
  private final MemorySegment part;
  private final SharedMemory file;
  private final Cells cells;
  private final Lz4 lz4;
  private final Counters counters;
  private final int pieceBytes;
  private final long grantedBytes;
  private final MemorySegment scratch;
  private final ByteBuffer scratchBuffer;
  private final FrameViews views = new FrameViews();
  private final Waiting urgent = new Waiting();
  private final Waiting reads = new Waiting();
  private final Waiting writes = new Waiting();
  private long storedPieces;

  /** Pieces from here on were never stored. */
  private long usedPieces;

  private String lastFailure = "";

  private CompressedDonor(
      String name,
      SharedMemory file,
      long partAt,
      long partBytes,
      int pieceBytes,
      Counters counters,
      LongFunction<MemorySegment> privateMemory,
      Lz4 lz4) {
    this.name = name;
    this.file = file;
    this.lz4 = lz4;
    this.counters = counters;
    this.pieceBytes = pieceBytes;
    part = file.segment().asSlice(partAt, partBytes);
    grantedBytes = CompressedLayout.positionBytes(partBytes);
    cells =
        new Cells(
            file,
            partAt,
            partBytes,
            CompressedLayout.cellsAt(partBytes, pieceBytes),
            CompressedLayout.cells(partBytes, pieceBytes),
            privateMemory);
    scratch = privateMemory.apply(lz4.maxBytes(pieceBytes));
    scratchBuffer = scratch.asByteBuffer();
  }

  /**
   * The compressed blocks in a part of a memory file. What an earlier pager stored there is found
   * again.
   *
   * @param file closed with the donor
   * @param partAt where the part begins
   * @param pieceBytes what is compressed by itself, see {@link CompressedLayout#pieceBytes}
   * @param privateMemory gives zeroed memory that costs nothing until touched
   * @param warn told once if compression is slow here
   * @throws IllegalArgumentException if the part is not that of the space
   * @throws EmpException if there is no LZ4
   */
  public static CompressedDonor open(
      String name,
      SharedMemory file,
      long partAt,
      long partBytes,
      int pieceBytes,
      long spaceIdHigh,
      long spaceIdLow,
      Counters counters,
      LongFunction<MemorySegment> privateMemory,
      Consumer<String> warn) {
    MemorySegment part = file.segment().asSlice(partAt, partBytes);
    CompressedLayout.check(part, pieceBytes, spaceIdHigh, spaceIdLow);
    CompressedDonor donor =
        new CompressedDonor(
            name,
            file,
            partAt,
            partBytes,
            pieceBytes,
            counters,
            privateMemory,
            Lz4Library.open(warn));
    donor.adopt();
    return donor;
  }

  private void adopt() {
    usedPieces = part.get(JAVA_LONG, CompressedLayout.USED_PIECES_AT);
    for (long piece = 0; piece < usedPieces; piece++) {
      long entry = entry(piece);
      if (!CompressedLayout.isStored(entry)) {
        continue;
      }
      int bytes = CompressedLayout.lengthBytes(entry);
      boolean legal = bytes > 0 && bytes <= pieceBytes;
      if (!legal || !cells.adopt(CompressedLayout.firstCell(entry), bytes)) {
        throw new IllegalArgumentException(
            "compressed blocks' entry of piece " + piece + " is " + Long.toHexString(entry));
      }
      storedPieces++;
    }
    publish();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isElsewhere() {
    return false;
  }

  @Override
  public Tier tier() {
    return Tier.COMPRESSED;
  }

  @Override
  public long grantedBytes() {
    return grantedBytes;
  }

  @Override
  public Holdings holdings() {
    return this;
  }

  @Override
  public long roomBytes() {
    return cells.roomBytes();
  }

  @Override
  public boolean start(Transfer transfer) {
    checkRange(transfer.position(), transfer.bytes());
    if (transfer.isWrite()) {
      return writes.add(transfer);
    }
    return (transfer.isUrgent() ? urgent : reads).add(transfer);
  }

  private void checkRange(long position, int bytes) {
    boolean granted = position >= 0 && bytes > 0 && position <= grantedBytes - bytes;
    boolean whole = (position | bytes) % pieceBytes == 0;
    if (!granted || !whole || position / SLAB_BYTES != (position + bytes - 1) / SLAB_BYTES) {
      throw new IllegalArgumentException(
          "%d bytes at %d of %s are not whole pieces of %d within one of the slabs of its %d bytes"
              .formatted(bytes, position, name, pieceBytes, grantedBytes));
    }
  }

  @Override
  public int poll(Ended report) {
    int ended = read(urgent, report) + read(reads, report) + write(report);
    if (cells.isWasteful()) {
      cells.trim();
      publish();
    }
    return ended;
  }

  @Override
  public boolean hasWork() {
    return urgent.count + reads.count + writes.count > 0 || cells.isWasteful();
  }

  private int read(Waiting waiting, Ended report) {
    // The reports may start new transfers, which join the end and are made next time.
    int count = waiting.count;
    for (int i = 0; i < count; i++) {
      Transfer transfer = waiting.transfers[i];
      transfer.end(read(transfer));
      report.ended(transfer);
    }
    waiting.removeFirst(count);
    return count;
  }

  private int write(Ended report) {
    int bytes = 0;
    int count = 0;
    for (int waiting = writes.count; count < waiting && bytes < WRITE_BYTES_PER_POLL_MAX; count++) {
      Transfer transfer = writes.transfers[count];
      bytes += transfer.bytes();
      transfer.end(write(transfer));
      publish();
      report.ended(transfer);
    }
    writes.removeFirst(count);
    return count;
  }

  /** The entry of a piece; beyond those ever written there is none, and none is read. */
  private long entry(long piece) {
    return piece < usedPieces ? (long) ENTRY.getAcquire(part, CompressedLayout.entryAt(piece)) : 0;
  }

  /** One store after its bytes: who takes over finds the old piece or the new one. */
  private void entry(long piece, long entry) {
    if (piece >= usedPieces) {
      usedPieces = piece + 1;
      part.set(JAVA_LONG, CompressedLayout.USED_PIECES_AT, usedPieces);
    }
    ENTRY.setRelease(part, CompressedLayout.entryAt(piece), entry);
  }

  private Outcome read(Transfer transfer) {
    ByteBuffer frames = views.of(transfer.frames());
    long piece = transfer.position() / pieceBytes;
    int at = (int) transfer.frameOffset();
    int end = at + transfer.bytes();
    for (; at < end; at += pieceBytes) {
      if (!read(piece, transfer.frames(), frames, at)) {
        lastFailure = "piece " + piece + " of " + name + " is damaged";
        return Outcome.FAILED;
      }
      piece++;
    }
    return Outcome.DONE;
  }

  private boolean read(long piece, MemorySegment frames, ByteBuffer view, int at) {
    long entry = entry(piece);
    if (!CompressedLayout.isStored(entry)) {
      // Nobody has stored anything here: as good as what another donor would give.
      frames.asSlice(at, pieceBytes).fill((byte) 0);
      return true;
    }
    int bytes = CompressedLayout.lengthBytes(entry);
    if (bytes <= 0 || bytes > pieceBytes) {
      return false;
    }
    if (!cells.collect(CompressedLayout.firstCell(entry), scratch, bytes)) {
      return false;
    }
    if (bytes == pieceBytes) {
      MemorySegment.copy(scratch, 0, frames, at, bytes);
      return true;
    }
    return lz4.decompress(scratchBuffer, 0, bytes, view, at, pieceBytes);
  }

  private Outcome write(Transfer transfer) {
    ByteBuffer frames = views.of(transfer.frames());
    long firstPiece = transfer.position() / pieceBytes;
    int pieces = transfer.bytes() / pieceBytes;
    long mostBytes = (long) (transfer.bytes() * STORED_PART_MAX);
    long storedBytes = 0;
    boolean allRaw = true;
    for (int i = 0; i < pieces; i++) {
      int at = (int) transfer.frameOffset() + i * pieceBytes;
      int bytes = lz4.compress(frames, at, pieceBytes, scratchBuffer, 0);
      boolean raw = bytes >= pieceBytes;
      allRaw &= raw;
      storedBytes += Math.min(bytes, pieceBytes);
      if (storedBytes > mostBytes || (allRaw && i + 1 == TRIAL_PIECES)) {
        return refuse(transfer, Counter.compressedRefused);
      }
      if (raw) {
        MemorySegment.copy(transfer.frames(), at, scratch, 0, pieceBytes);
      }
      if (!store(firstPiece + i, Math.min(bytes, pieceBytes))) {
        return refuse(transfer, Counter.compressedFull);
      }
    }
    return Outcome.DONE;
  }

  private boolean store(long piece, int bytes) {
    long first = cells.store(scratch, bytes);
    if (first == CellMap.NONE) {
      return false;
    }
    forget(piece);
    entry(piece, CompressedLayout.entry(first, bytes));
    storedPieces++;
    return true;
  }

  private Outcome refuse(Transfer transfer, Counter reason) {
    counters.add(reason, 1);
    forget(transfer.position(), transfer.bytes());
    return Outcome.REFUSED;
  }

  @Override
  public void forget(long position, int bytes) {
    checkRange(position, bytes);
    long end = Math.min(usedPieces, (position + bytes) / pieceBytes);
    for (long piece = position / pieceBytes; piece < end; piece++) {
      forget(piece);
    }
    publish();
  }

  private void forget(long piece) {
    long entry = entry(piece);
    if (CompressedLayout.isStored(entry)) {
      entry(piece, 0);
      cells.forget(CompressedLayout.firstCell(entry), CompressedLayout.lengthBytes(entry));
      storedPieces--;
    }
  }

  private void publish() {
    counters.set(Counter.compressedRawBytes, storedPieces * pieceBytes);
    counters.set(Counter.compressedBytes, cells.takenBytes());
    counters.set(Counter.compressedResidentBytes, cells.residentBytes());
  }

  @Override
  public String lastFailure() {
    return lastFailure;
  }

  @Override
  public void close() {
    file.close();
  }

  /** Transfers in the order they were started. */
  private static final class Waiting {
    private final Transfer[] transfers = new Transfer[WAITING_MAX];
    private int count;

    boolean add(Transfer transfer) {
      if (count == WAITING_MAX) {
        return false;
      }
      transfers[count++] = transfer;
      return true;
    }

    void removeFirst(int removed) {
      count -= removed;
      System.arraycopy(transfers, removed, transfers, 0, count);
    }
  }
}
