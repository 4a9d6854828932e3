package io.elasticmemory.tiering.store;

import static io.elasticmemory.wire.PackedPieceLayout.HEADER_BYTES;
import static io.elasticmemory.wire.PackedPieceLayout.SECTOR_BYTES;

import io.elasticmemory.Tier;
import io.elasticmemory.codec.Lz4;
import io.elasticmemory.codec.PieceCompressor;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Holdings;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.tiering.store.PackedPiece.Errand;
import io.elasticmemory.wire.PackedPieceLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.function.LongFunction;

/**
 * Stands before a file or device and keeps pieces compressed in their own places there, as {@link
 * PackedPieceLayout} draws it, so that fewer sectors are written and read. A piece is a subblock,
 * or 64 KiB of a larger one: what is read or written by itself is compressed by itself, so that no
 * write ever has to bring something back first. What does not save a sector is stored as it is.
 *
 * <p>How many sectors a piece has is remembered in memory; where it is not, because nobody here has
 * written it, all of the place is read, and its header decides.
 *
 * <pre>
 *   start ──▶ urgent │ bulk ──begin: a write is compressed──▶ pieces at the donor behind
 *               ▲                                                  │ a read in sectors
 *   ended ◀─────┴── all pieces of an errand ◀── unpacked ◀── arrived
 * </pre>
 *
 * What is compressed and decompressed in one poll is bounded. Used by one thread; allocates nothing
 * in use.
 */
public final class PackingDonor implements Donor, Holdings {
  /** Plain bytes that one poll compresses, about: at a GB/s, faults are served between. */
  static final int PACK_BYTES_PER_POLL_MAX = 64 << 10;

  /** Plain bytes that one poll decompresses, about. */
  static final int UNPACK_BYTES_PER_POLL_MAX = 256 << 10;

  private static final int ERRANDS_MAX = 256;
  private static final int PIECES_MAX = 64;

  /** Of these, what only urgent transfers may use. */
  private static final int URGENT_ONLY = 16;

  private final Donor behind;
  private final int pieceBytes;
  private final PackedPieceLayout layout;
  private final Lz4 lz4;
  private final PieceCompressor compressor;
  private final Counters counters;
  private final MemorySegment staging;
  private final ByteBuffer stagingBuffer;
  private final FrameViews views = new FrameViews();

  /** For each piece its sectors, UNKNOWN, or WHOLE. */
  private final MemorySegment directory;

  private final MemorySegment zeros;
  private final Errand[] errands = new Errand[ERRANDS_MAX];
  private final PackedPiece[] pieces = new PackedPiece[PIECES_MAX];
  private final IndexQueue freeErrands = new IndexQueue(ERRANDS_MAX);
  private final IndexQueue urgent = new IndexQueue(ERRANDS_MAX);
  private final IndexQueue bulk = new IndexQueue(ERRANDS_MAX);
  private final IndexQueue freePieces = new IndexQueue(PIECES_MAX);
  private final IndexQueue urgentArrived = new IndexQueue(PIECES_MAX);
  private final IndexQueue arrived = new IndexQueue(PIECES_MAX);
  private final Ended sink = this::ended;
  private Ended report = _ -> {};
  private int reported;
  private int packedBytes;
  private boolean unsent;
  private String lastFailure = "";

  /**
   * Stands before a donor from now on, and closes it.
   *
   * @param pieceBytes what is compressed by itself: a power of two from two sectors to 64 KiB
   * @param privateMemory gives zeroed memory that costs nothing until touched, aligned to pages
   */
  public PackingDonor(
      Donor behind,
      int pieceBytes,
      long spaceIdHigh,
      long spaceIdLow,
      Lz4 lz4,
      Counters counters,
      LongFunction<MemorySegment> privateMemory) {
    if (pieceBytes < 2 * SECTOR_BYTES || pieceBytes > 64 << 10) {
      throw new IllegalArgumentException("pieces of " + pieceBytes + " bytes save no sector");
    }
    this.behind = behind;
    this.pieceBytes = pieceBytes;
    this.lz4 = lz4;
    this.counters = counters;
    layout = new PackedPieceLayout(pieceBytes, spaceIdHigh, spaceIdLow);
    compressor = new PieceCompressor(lz4);
    int stagingBytes = SECTOR_BYTES * PackedPieceLayout.sectors(lz4.maxBytes(pieceBytes));
    staging = privateMemory.apply((long) PIECES_MAX * stagingBytes);
    stagingBuffer = staging.asByteBuffer();
    directory = privateMemory.apply(behind.grantedBytes() / pieceBytes);
    zeros = privateMemory.apply(SECTOR_BYTES);
    for (int i = 0; i < ERRANDS_MAX; i++) {
      errands[i] = new Errand(i);
      freeErrands.add(i);
    }
    for (int i = 0; i < PIECES_MAX; i++) {
      pieces[i] = new PackedPiece(i, (long) i * stagingBytes);
      freePieces.add(i);
    }
  }

  @Override
  public String name() {
    return behind.name();
  }

  @Override
  public boolean isFenced() {
    return behind.isFenced();
  }

  @Override
  public boolean isElsewhere() {
    return behind.isElsewhere();
  }

  @Override
  public Tier tier() {
    return behind.tier();
  }

  @Override
  public long grantedBytes() {
    return behind.grantedBytes();
  }

  @Override
  public Holdings holdings() {
    return this;
  }

  @Override
  public long roomBytes() {
    return behind.holdings().roomBytes();
  }

  @Override
  public boolean start(Transfer transfer) {
    checkRange(transfer.position(), transfer.bytes());
    if (freeErrands.size() <= (transfer.isUrgent() ? 0 : ERRANDS_MAX / 4)) {
      return false;
    }
    Errand errand = errands[freeErrands.take()];
    errand.take(transfer);
    (transfer.isUrgent() ? urgent : bulk).add(errand.index);
    return true;
  }

  private void checkRange(long position, int bytes) {
    boolean granted = position >= 0 && bytes > 0 && position <= grantedBytes() - bytes;
    boolean whole = (position | bytes) % pieceBytes == 0;
    if (!granted || !whole || position / SLAB_BYTES != (position + bytes - 1) / SLAB_BYTES) {
      throw new IllegalArgumentException(
          "%d bytes at %d of %s are not whole pieces of %d within one of the slabs of its %d bytes"
              .formatted(bytes, position, name(), pieceBytes, grantedBytes()));
    }
  }

  @Override
  public int poll(Ended ended) {
    report = ended;
    reported = 0;
    packedBytes = 0;
    begin();
    unsent = false;
    behind.poll(sink);
    unpackArrived();
    begin();
    return reported;
  }

  @Override
  public boolean hasWork() {
    boolean canBegin = !urgent.isEmpty() && !freePieces.isEmpty();
    canBegin |= !bulk.isEmpty() && freePieces.size() > URGENT_ONLY;
    boolean canUnpack = !urgentArrived.isEmpty() || !arrived.isEmpty();
    return unsent || canBegin || canUnpack || behind.hasWork();
  }

  // ---- to the donor behind

  private void begin() {
    begin(urgent, 0);
    begin(bulk, URGENT_ONLY);
  }

  /** Begins pieces, as many as there are free ones beyond {@code spare}. */
  private void begin(IndexQueue queue, int spare) {
    while (!queue.isEmpty() && freePieces.size() > spare) {
      Errand errand = errands[queue.peek()];
      if (!errand.isBegun() && !beginPiece(errand)) {
        return;
      }
      if (errand.isBegun()) {
        queue.take();
        errand.queued = false;
        reportIfOver(errand);
      }
    }
  }

  private boolean beginPiece(Errand errand) {
    boolean write = errand.transfer().isWrite();
    if (write && packedBytes >= PACK_BYTES_PER_POLL_MAX) {
      return false;
    }
    PackedPiece piece = pieces[freePieces.take()];
    piece.take(errand, errand.begun);
    if (write) {
      prepareWrite(piece);
    } else {
      prepareRead(piece);
    }
    if (!behind.start(piece)) {
      freePieces.add(piece.index);
      return false;
    }
    unsent = true;
    errand.begun += pieceBytes;
    errand.open++;
    return true;
  }

  private void prepareWrite(PackedPiece piece) {
    Transfer whole = piece.errand().transfer();
    long at = piece.stagingAt;
    ByteBuffer frames = views.of(whole.frames());
    int bytes =
        compressor.compress(
            frames, (int) piece.frameAt(), pieceBytes, stagingBuffer, (int) at + HEADER_BYTES);
    packedBytes += pieceBytes;
    remember(piece.place(), PackedPiece.UNKNOWN);
    if (!layout.isWorthIt(bytes)) {
      piece.sectors = PackedPiece.WHOLE;
      piece.ask(true, whole.isUrgent(), piece.place(), whole.frames(), piece.frameAt(), pieceBytes);
      return;
    }
    int sectors = PackedPieceLayout.sectors(bytes);
    piece.sectors = (byte) sectors;
    layout.write(staging, at, piece.place(), bytes);
    long end = at + HEADER_BYTES + bytes;
    MemorySegment.copy(zeros, 0, staging, end, at + (long) sectors * SECTOR_BYTES - end);
    piece.ask(true, whole.isUrgent(), piece.place(), staging, at, sectors * SECTOR_BYTES);
  }

  private void prepareRead(PackedPiece piece) {
    Transfer whole = piece.errand().transfer();
    piece.sectors = remembered(piece.place());
    if (isPacked(piece.sectors)) {
      int bytes = piece.sectors * SECTOR_BYTES;
      piece.ask(false, whole.isUrgent(), piece.place(), staging, piece.stagingAt, bytes);
    } else {
      piece.ask(
          false, whole.isUrgent(), piece.place(), whole.frames(), piece.frameAt(), pieceBytes);
    }
  }

  private static boolean isPacked(byte sectors) {
    return sectors != PackedPiece.UNKNOWN && sectors != PackedPiece.WHOLE;
  }

  private byte remembered(long place) {
    return directory.get(ValueLayout.JAVA_BYTE, place / pieceBytes);
  }

  private void remember(long place, byte sectors) {
    directory.set(ValueLayout.JAVA_BYTE, place / pieceBytes, sectors);
  }

  // ---- and back

  private void ended(Transfer transfer) {
    PackedPiece piece = (PackedPiece) transfer;
    if (piece.outcome() != Outcome.DONE) {
      finish(piece, piece.outcome());
    } else if (piece.isWrite()) {
      remember(piece.place(), piece.sectors);
      counters.add(Counter.bytesSavedToSsd, pieceBytes - piece.bytes());
      finish(piece, Outcome.DONE);
    } else if (piece.sectors == PackedPiece.WHOLE) {
      finish(piece, Outcome.DONE);
    } else {
      (piece.isUrgent() ? urgentArrived : arrived).add(piece.index);
    }
  }

  private void unpackArrived() {
    int bytes = 0;
    while (bytes < UNPACK_BYTES_PER_POLL_MAX && !(urgentArrived.isEmpty() && arrived.isEmpty())) {
      PackedPiece piece = pieces[(urgentArrived.isEmpty() ? arrived : urgentArrived).take()];
      boolean good = isPacked(piece.sectors) ? unpack(piece) : unpackIfPacked(piece);
      if (!good) {
        lastFailure =
            "the compressed piece at %d of %s is damaged".formatted(piece.place(), name());
      }
      finish(piece, good ? Outcome.DONE : Outcome.FAILED);
      bytes += pieceBytes;
    }
  }

  private boolean unpack(PackedPiece piece) {
    long at = piece.stagingAt;
    int bytes = layout.packedBytes(staging, at, piece.place());
    if (bytes < 0
        || PackedPieceLayout.sectors(bytes) != piece.sectors
        || !layout.isWhole(staging, at, bytes)) {
      return false;
    }
    counters.add(Counter.bytesSavedFromSsd, pieceBytes - piece.bytes());
    ByteBuffer frames = views.of(piece.errand().transfer().frames());
    int from = (int) at + HEADER_BYTES;
    return lz4.decompress(stagingBuffer, from, bytes, frames, (int) piece.frameAt(), pieceBytes);
  }

  /** All of its place was read into the frame, and its header decides what that is. */
  private boolean unpackIfPacked(PackedPiece piece) {
    MemorySegment frames = piece.errand().transfer().frames();
    int bytes = layout.packedBytes(frames, piece.frameAt(), piece.place());
    if (bytes < 0) {
      return true;
    }
    piece.sectors = (byte) PackedPieceLayout.sectors(bytes);
    long all = (long) HEADER_BYTES + bytes;
    MemorySegment.copy(frames, piece.frameAt(), staging, piece.stagingAt, all);
    return unpack(piece);
  }

  private void finish(PackedPiece piece, Outcome outcome) {
    Errand errand = piece.errand();
    freePieces.add(piece.index);
    errand.open--;
    if (outcome != Outcome.DONE) {
      errand.failed(outcome);
    }
    reportIfOver(errand);
  }

  private void reportIfOver(Errand errand) {
    if (errand.open > 0 || errand.queued || !errand.isBegun()) {
      return;
    }
    Transfer transfer = errand.transfer();
    transfer.end(errand.outcome);
    errand.take(null);
    freeErrands.add(errand.index);
    reported++;
    report.ended(transfer);
  }

  @Override
  public void forget(long position, int bytes) {
    checkRange(position, bytes);
    for (long place = position; place < position + bytes; place += pieceBytes) {
      remember(place, PackedPiece.UNKNOWN);
    }
    behind.holdings().forget(position, bytes);
  }

  @Override
  public String lastFailure() {
    return lastFailure.isEmpty() ? behind.lastFailure() : lastFailure;
  }

  @Override
  public void close() {
    behind.close();
  }
}
