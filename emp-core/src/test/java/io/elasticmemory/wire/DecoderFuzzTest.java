package io.elasticmemory.wire;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.elasticmemory.EmpException;
import io.elasticmemory.MemPath;
import io.elasticmemory.port.RemoteWords.ServedBy;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.port.verbs.ConnectionEvent;
import io.elasticmemory.testing.Mutations;
import io.elasticmemory.wire.HandOver.DonorKind;
import io.elasticmemory.wire.HandOver.DonorPart;
import io.elasticmemory.wire.WordsLayout.Grant;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whatever bytes come from another process or from a user: a decoder takes them as what they are,
 * or refuses them with what is wrong; it throws nothing else, and reads nothing outside of them.
 * The tests damage good samples for a second or two; as fuzz tests they go on as long as wanted.
 */
class DecoderFuzzTest {
  private static final int TRIES = 20_000;
  private static final int PART_BYTES = 1 << 20;

  private final Mutations mutations = new Mutations("DecoderFuzzTest");

  private final MemorySegment memory = Arena.ofAuto().allocate(PART_BYTES, 8);

  /** The bytes at an address that suits every number in them, then zeros. */
  private MemorySegment segment(byte[] bytes, int length) {
    MemorySegment segment = memory.asSlice(0, length).fill((byte) 0);
    MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, 0, Math.min(length, bytes.length));
    return segment;
  }

  private MemorySegment segment(byte[] bytes) {
    return segment(bytes, Math.min(bytes.length, HandOverLayout.MESSAGE_BYTES_MAX));
  }

  // ---- messages between pager and exporter

  @Test
  void takesMessageHeadersAsTheyAreOrNotAtAll() {
    List<byte[]> samples = new ArrayList<>();
    for (int operation = 1; operation <= MessageLayout.ADD_WORD; operation++) {
      MessageHeader header = new MessageHeader().ask(operation, 1L << 40 | operation);
      header.lease = -3;
      header.offset = 1L << 33;
      header.length = 4096;
      byte[] bytes = new byte[HEADER_BYTES];
      header.write(MemorySegment.ofArray(bytes), 0);
      samples.add(bytes);
    }
    mutations.tryOn(samples, TRIES, this::messageHeader);
  }

  @FuzzTest
  void messageHeader(byte[] data) {
    MemorySegment bytes = segment(data, HEADER_BYTES);
    readHeader(bytes);
    // With the checksum put right, so that damage of the fields is seen behind it, too.
    int sum = new SegmentCrc().of(bytes, 0, MessageLayout.HEADER_CRC_AT);
    bytes.set(MessageLayout.U32, MessageLayout.HEADER_CRC_AT, sum);
    readHeader(bytes);
  }

  private static void readHeader(MemorySegment bytes) {
    MessageHeader header = new MessageHeader();
    if (header.read(bytes, 0) == MessageHeader.Found.HEADER) {
      MemorySegment again = MemorySegment.ofArray(new byte[HEADER_BYTES]);
      header.write(again, 0);
      assertThat(again.mismatch(bytes)).as("reads back").isEqualTo(-1);
    }
  }

  @Test
  void knowsHowLongAPieceOfAPayloadMayBe() {
    mutations.tryOn(List.of(new byte[12], new byte[] {0, 0, 1, 0}), TRIES, this::piece);
  }

  @FuzzTest
  void piece(byte[] data) {
    MemorySegment bytes = segment(data, 12);
    int payloadBytes = bytes.get(JAVA_INT, 0) & (2 << 20) - 1;
    int at = bytes.get(JAVA_INT, 4) & (2 << 20) - PackedLayout.PIECE_BYTES;
    int sentBytes = bytes.get(JAVA_INT, 8);
    if (at < payloadBytes) {
      int pieceBytes = PackedLayout.pieceBytes(payloadBytes, at);
      assertThat(pieceBytes).isBetween(1, PackedLayout.PIECE_BYTES);
      assertThat(at + pieceBytes).isLessThanOrEqualTo(payloadBytes);
      assertThat(PackedLayout.isLegal(sentBytes, pieceBytes))
          .isEqualTo(sentBytes > 0 && sentBytes <= pieceBytes);
    }
  }

  @Test
  void takesGrantsOfWordsThatCanBeOrNone() {
    List<byte[]> samples = new ArrayList<>();
    for (ServedBy servedBy : ServedBy.values()) {
      byte[] bytes = new byte[WordsLayout.GRANT_BYTES];
      new Grant(servedBy, 4096, 1L << 45, 77, -5).write(MemorySegment.ofArray(bytes));
      samples.add(bytes);
    }
    mutations.tryOn(samples, TRIES, this::grantOfWords);
  }

  @FuzzTest
  void grantOfWords(byte[] data) {
    MemorySegment bytes = segment(data, WordsLayout.GRANT_BYTES);
    Grant grant = Grant.read(bytes);
    if (grant != null) {
      assertThat(grant.words()).isBetween(1, WordsLayout.WORDS_MAX);
      MemorySegment again = MemorySegment.ofArray(new byte[WordsLayout.GRANT_BYTES]);
      grant.write(again);
      assertThat(again.mismatch(bytes)).as("reads back").isEqualTo(-1);
    }
  }

  // ---- hand-over, block table, compressed blocks

  private static final Geometry SEALED = new Geometry(4 * 65536, 65536, 4096);
  private static final int SEAL_TABLE_BYTES = (int) SealTableLayout.tableBytes(SEALED);

  private static final HandOver HAND_OVER =
      new HandOver(
          1,
          2,
          1L << 45,
          new Geometry(256L << 20, 65536, 4096),
          16L << 20,
          10_000_000_000L,
          0,
          true,
          false,
          true,
          false,
          false,
          Stripes.of(256L << 20, 2),
          List.of(
              new DonorPart(DonorKind.EXPORTER, 64L << 20, 0, 19675, "köln:64:0", "köln", true),
              new DonorPart(DonorKind.BLOCK_DEVICE, 128L << 20, 1L << 40, 0, "/dev/x", "", false),
              new DonorPart(DonorKind.COMPRESSED, 96L << 20, 0, 0, "zdram:96", "", false)));

  @Test
  void takesHandOversThatFitTogetherOrSaysWhatDoesNot() {
    MemorySegment space = segment(new byte[0], HandOverLayout.MESSAGE_BYTES_MAX);
    int length = HandOverLayout.write(HAND_OVER, space);
    byte[] sample = space.asSlice(0, length).toArray(JAVA_BYTE);
    mutations.tryOn(List.of(sample), TRIES, this::handOver);
  }

  @FuzzTest
  void handOver(byte[] data) {
    MemorySegment message = segment(data);
    readHandOver(message);
    if (data.length >= HandOverLayout.HEADER_BYTES) {
      message.set(JAVA_LONG, HandOverLayout.MAGIC_AT, HandOverLayout.MAGIC);
      message.set(JAVA_INT, HandOverLayout.VERSION_AT, HandOverLayout.VERSION);
      message.set(JAVA_INT, HandOverLayout.MESSAGE_BYTES_AT, (int) message.byteSize());
      readHandOver(message);
    }
  }

  private static void readHandOver(MemorySegment message) {
    try {
      int handles =
          message.byteSize() < HandOverLayout.HEADER_BYTES
              ? 0
              : message.get(JAVA_INT, HandOverLayout.HANDLES_AT);
      HandOver handOver = HandOverLayout.read(message, handles);
      requireSound(handOver.geometry());
      assertThat(handOver.handles()).isEqualTo(handles).isPositive();
      assertThat(handOver.shards()).isBetween(1, Stripes.SHARDS_MAX);
      handOver.donors().forEach(donor -> assertThat(donor.bytes()).isPositive());
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static void requireSound(Geometry geometry) {
    assertThat(geometry.blockBytes()).isPositive();
    assertThat(geometry.subblockBytes()).isBetween(1, geometry.blockBytes());
    assertThat(geometry.blockCount()).isPositive();
    assertThat(geometry.subblocks()).isPositive();
    assertThat(BlockTableLayout.tableBytes(geometry))
        .isGreaterThan(BlockTableLayout.HEADER_BYTES + 8L * geometry.blockCount());
  }

  @Test
  void takesBlockTablesThatFitTogetherOrSaysWhatDoesNot() {
    Geometry geometry = new Geometry(8 * 65536, 65536, 4096);
    MemorySegment table = segment(new byte[0], (int) BlockTableLayout.tableBytes(geometry));
    BlockTableLayout.format(table, geometry, 1, 2);
    byte[] header = table.asSlice(0, 64).toArray(JAVA_BYTE);
    mutations.tryOn(List.of(header), TRIES, this::blockTable);
  }

  @FuzzTest
  void blockTable(byte[] data) {
    MemorySegment table = segment(data, 8192);
    checkTable(table);
    table.set(JAVA_LONG, BlockTableLayout.MAGIC_AT, BlockTableLayout.MAGIC);
    table.set(JAVA_INT, BlockTableLayout.VERSION_AT, BlockTableLayout.VERSION);
    checkTable(table);
  }

  private static void checkTable(MemorySegment table) {
    try {
      Geometry geometry = BlockTableLayout.check(table);
      requireSound(geometry);
      assertThat(BlockTableLayout.tableBytes(geometry)).isLessThanOrEqualTo(table.byteSize());
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Test
  void takesSealTablesOfItsOwnSpaceOrSaysWhatIsWrong() {
    MemorySegment table = segment(new byte[0], SEAL_TABLE_BYTES);
    SealTableLayout.format(table, SEALED, 1, 2, 3, 4, 5, 6);
    byte[] header = table.asSlice(0, 64).toArray(JAVA_BYTE);
    mutations.tryOn(List.of(header), TRIES, this::sealTable);
  }

  @FuzzTest
  void sealTable(byte[] data) {
    MemorySegment table = segment(data, SEAL_TABLE_BYTES);
    try {
      SealTableLayout.check(table, SEALED, 1, 2);
      assertThat(table.get(JAVA_LONG, SealTableLayout.ENTRIES_AT))
          .isEqualTo(SealTableLayout.entries(SEALED));
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Test
  void takesPartsOfCompressedBlocksThatFitTogetherOrSaysWhatDoesNot() {
    MemorySegment part = segment(new byte[0], PART_BYTES);
    CompressedLayout.format(part, 4096, 1, 2);
    byte[] header = part.asSlice(0, 72).toArray(JAVA_BYTE);
    mutations.tryOn(List.of(header), TRIES / 10, this::compressedPart);
  }

  @FuzzTest
  void compressedPart(byte[] data) {
    MemorySegment part = segment(Arrays.copyOf(data, 72), PART_BYTES);
    try {
      CompressedLayout.check(part, 4096, 1, 2);
      assertThat(part.get(JAVA_LONG, CompressedLayout.USED_PIECES_AT))
          .isBetween(0L, part.get(JAVA_LONG, CompressedLayout.PIECES_AT));
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Test
  void takesPiecesOfADiskOnlyIfTheyAreItsOwn() {
    MemorySegment disk = segment(new byte[0], 64 << 10);
    new PackedPieceLayout(64 << 10, 1, 2).write(disk, 0, 1L << 30, 5_000);
    byte[] header = disk.asSlice(0, 128).toArray(JAVA_BYTE);
    mutations.tryOn(List.of(header), TRIES, this::packedPiece);
  }

  @FuzzTest
  void packedPiece(byte[] data) {
    int pieceBytes = 64 << 10;
    MemorySegment disk = segment(data, pieceBytes);
    PackedPieceLayout layout = new PackedPieceLayout(pieceBytes, 1, 2);
    int found = layout.packedBytes(disk, 0, 1L << 30);
    int sum = new SegmentCrc().of(disk, 0, PackedPieceLayout.HEADER_CRC_AT);
    disk.set(JAVA_INT, PackedPieceLayout.HEADER_CRC_AT, sum);
    for (int bytes : new int[] {found, layout.packedBytes(disk, 0, 1L << 30)}) {
      if (bytes != -1) {
        assertThat(bytes).isBetween(1, pieceBytes - PackedPieceLayout.HEADER_BYTES);
        layout.isWhole(disk, 0, bytes);
      }
    }
  }

  // ---- beside the pager

  @Test
  void readsTheNumberOfAPagersCommandOrNoneAndWritesTheNext() {
    List<byte[]> samples =
        List.of(
            "\n".getBytes(UTF_8),
            "1 '/bin/java' '-cp' 'it'\\''s' #1\n".getBytes(UTF_8),
            "12 'x #7' #12\n\0\0".getBytes(UTF_8));
    mutations.tryOn(samples, TRIES / 4, this::nextPager);
  }

  @FuzzTest
  void nextPager(byte[] data) {
    MemorySegment file = segment(data, NextPagerLayout.BYTES);
    long number = NextPagerLayout.number(file);
    assertThat(number).isNotNegative();
    assertThat(number == 0 || file.getString(0).startsWith(number + " ")).isTrue();
    NextPagerLayout.write(file, List.of("java", "a #b"));
    // As the watcher takes it apart.
    assertThat(file.getString(0)).isEqualTo("%1$d 'java' 'a #b' #%1$d\n", number + 1);
  }

  // ---- connections by RDMA

  private static final int RDMA_BYTES = ConnectionEvent.REQUEST_BYTES_MAX;

  @Test
  void takesRequestsAndAnswersByRdmaAsTheyAreOrNotAtAll() {
    MemorySegment request = MemorySegment.ofArray(new byte[RDMA_BYTES]);
    new RdmaLayout.Request(1, -3, 1L << 45, 77).write(request);
    MemorySegment answer = MemorySegment.ofArray(new byte[RdmaLayout.ANSWER_BYTES]);
    new RdmaLayout.Answer(1L << 45, -5, 7).write(answer);
    List<byte[]> samples = List.of(request.toArray(JAVA_BYTE), answer.toArray(JAVA_BYTE));
    mutations.tryOn(samples, TRIES, this::rdma);
  }

  /** In memory that ends where the data end: nothing behind it may be looked at. */
  @FuzzTest
  void rdma(byte[] data) {
    MemorySegment bytes = MemorySegment.ofArray(data);
    if (RdmaLayout.isKnown(bytes, data.length, RdmaLayout.REQUEST_BYTES)) {
      MemorySegment again = MemorySegment.ofArray(new byte[RdmaLayout.REQUEST_BYTES]);
      RdmaLayout.Request.read(bytes).write(again);
      assertThat(again.mismatch(bytes.asSlice(0, again.byteSize()))).as("reads back").isEqualTo(-1);
    }
    if (RdmaLayout.isKnown(bytes, data.length, RdmaLayout.ANSWER_BYTES)) {
      RdmaLayout.Answer answer = RdmaLayout.Answer.read(bytes);
      MemorySegment again = MemorySegment.ofArray(new byte[RdmaLayout.ANSWER_BYTES]);
      answer.write(again);
      assertThat(RdmaLayout.Answer.read(again)).as("reads back").isEqualTo(answer);
    }
  }

  @Test
  void takesSlabsOfADirectoryAsTheyWereWrittenOrNotAtAll() {
    MemorySegment directory = MemorySegment.ofArray(new byte[3 * RdmaLayout.ENTRY_BYTES]);
    for (int slab = 0; slab < 3; slab++) {
      RdmaLayout.putSlab(directory, LEASE, slab, (1L << 45) + slab, 4711 * slab);
    }
    mutations.tryOn(List.of(directory.toArray(JAVA_BYTE)), TRIES, this::directory);
  }

  private static final long LEASE = -77;

  @FuzzTest
  void directory(byte[] data) {
    MemorySegment directory = segment(data, 3 * RdmaLayout.ENTRY_BYTES);
    for (int slab = 0; slab < 3; slab++) {
      MemorySegment again = MemorySegment.ofArray(directory.toArray(JAVA_BYTE));
      long address = RdmaLayout.address(directory, slab);
      RdmaLayout.putSlab(again, LEASE, slab, address, RdmaLayout.key(directory, slab));
      boolean isGood = RdmaLayout.isGood(directory, LEASE, slab);
      assertThat(isGood).isEqualTo(again.mismatch(directory) == -1);
      assertThat(isGood && RdmaLayout.isGood(directory, LEASE + 1, slab)).isFalse();
    }
  }

  // ---- what users write

  @Test
  void readsMemoryPathsBackOrSaysWhatIsWrong() {
    List<byte[]> samples =
        List.of(
            "dram:64?block=64k&subblock=4k&shards=2|127.0.0.1:512:19675?compress=lz4"
                .getBytes(UTF_8),
            "zdram:64|dram:auto|'./spill: x':2048:0?reserve=lazy|/dev/nvme0n1:64:7".getBytes(UTF_8),
            "dram:64|pool:512@zk1:2181,zk2:2181/emp?replicas=2|[fe80::1]:64:1".getBytes(UTF_8));
    mutations.tryOn(samples, TRIES, this::memPath);
  }

  @FuzzTest
  void memPath(byte[] data) {
    String text = new String(data, UTF_8);
    try {
      MemPath path = MemPath.parse(text);
      assertThat(MemPath.parse(path.toString())).isEqualTo(path);
    } catch (EmpException e) {
      assertThat(e.kind()).isEqualTo(EmpException.Kind.PATH);
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n", "\r", "\u2028");
    }
  }
}
