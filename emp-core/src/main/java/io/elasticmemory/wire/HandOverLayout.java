package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.MemPath.Transport;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.HandOver.DonorKind;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/**
 * The one message with which an application hands a space to its pager.
 *
 * <pre>
 * header (128 bytes)                        donor (64 bytes), donors times
 *   0 u64 magic "EMPHANDS"                    0 u32 kind   (1 exporter, 2 file, 3 device, 4 memory)
 *   8 u32 version                             4 u32 port
 *  12 u32 messageBytes                        8 u64 bytes
 *  16 u64 spaceIdHigh                        16 u64 baseBytes
 *  24 u64 spaceIdLow                         24 u32 nameAt     (from the message's start)
 *  32 u64 base                               28 u32 nameBytes  (UTF-8)
 *  40 u64 capacityBytes                      32 u32 hostAt
 *  48 u32 blockBytes                         36 u32 hostBytes
 *  52 u32 subblockBytes                      40 u32 compression (0 none, 1 LZ4)
 *  56 u64 budgetBytes                        44 u32 copy (1 of the exporter before it)
 *  64 u64 faultTimeoutNanos                 48 u32 transport (0 TCP, 1 RDMA)
 *  72 s64 spinNanos (-1: as it sees fit)    52 u32 deviceAt
 *  80 u32 flags   (1 promote, 2 elastic,    56 u32 deviceBytes
 *         4 sampling, 8 poison, 16 encrypted)  60 u32 engine (0 the system's, 1 DiSNI)
 *  84 u32 donors                           then the texts
 *  88 u32 shards
 *  92 u32 handles
 *  96 u64 stripeBytes
 * 104 .. 127 zero
 * </pre>
 *
 * Its descriptors, in this order: the fault descriptor of each shard, then pages, block table,
 * counters, command rings, the application's doorbell, the other end of the lifeline, then the
 * doorbell of each shard, then for each shard one for each donor that is a file, a device or a
 * memory file, in the order of the donors; at last the seal table, if the space is encrypted.
 */
public final class HandOverLayout {
  /** "EMPHANDS", little-endian. */
  public static final long MAGIC = 0x53444e4148504d45L;

  /** Raised when any offset or meaning changes. */
  public static final int VERSION = 9;

  /** Bytes before the first donor. */
  public static final int HEADER_BYTES = 128;

  /** Bytes of a donor. */
  public static final int DONOR_BYTES = 64;

  /** Longest message: what a control channel takes. */
  public static final int MESSAGE_BYTES_MAX = 32 * 1024;

  /** Descriptors of which there is one, however many shards there are. */
  public static final int FIXED_HANDLES = 6;

  /** Position, after the fault descriptors. */
  public static final int PAGES_HANDLE = 0;

  /** Position, after the fault descriptors. */
  public static final int TABLE_HANDLE = 1;

  /** Position, after the fault descriptors. */
  public static final int COUNTERS_HANDLE = 2;

  /** Position, after the fault descriptors. */
  public static final int RING_HANDLE = 3;

  /** Position, after the fault descriptors. */
  public static final int APPLICATION_BELL_HANDLE = 4;

  /** Position, after the fault descriptors. */
  public static final int LIFELINE_HANDLE = 5;

  static final long MAGIC_AT = 0;
  static final long VERSION_AT = 8;
  static final long MESSAGE_BYTES_AT = 12;
  static final long SPACE_ID_HIGH_AT = 16;
  static final long SPACE_ID_LOW_AT = 24;
  static final long BASE_AT = 32;
  static final long CAPACITY_BYTES_AT = 40;
  static final long BLOCK_BYTES_AT = 48;
  static final long SUBBLOCK_BYTES_AT = 52;
  static final long BUDGET_BYTES_AT = 56;
  static final long FAULT_TIMEOUT_NANOS_AT = 64;
  static final long SPIN_NANOS_AT = 72;
  static final long FLAGS_AT = 80;
  static final long DONORS_AT = 84;
  static final long SHARDS_AT = 88;
  static final long HANDLES_AT = 92;
  static final long STRIPE_BYTES_AT = 96;

  static final long DONOR_KIND_AT = 0;
  static final long DONOR_PORT_AT = 4;
  static final long DONOR_BYTES_AT = 8;
  static final long DONOR_BASE_BYTES_AT = 16;
  static final long DONOR_NAME_AT = 24;
  static final long DONOR_HOST_AT = 32;
  static final long DONOR_COMPRESSION_AT = 40;
  static final long DONOR_COPY_AT = 44;
  static final long DONOR_TRANSPORT_AT = 48;
  static final long DONOR_DEVICE_AT = 52;
  static final long DONOR_ENGINE_AT = 60;

  /** Flag: blocks fetched repeatedly from SSD move up. */
  static final int PROMOTE = 1;

  /** Flag: the unit of fetching adapts. */
  static final int ELASTIC = 2;

  /** Flag: blocks are unmapped to see whether they are in use. */
  static final int SAMPLING = 4;

  /** Flag: the application goes on when something is lost. */
  static final int POISON = 8;

  /** Flag: bytes are sealed before donors get them. */
  static final int ENCRYPTED = 16;

  private HandOverLayout() {}

  /**
   * Writes a message.
   *
   * @param into at least {@link #MESSAGE_BYTES_MAX} bytes
   * @return its bytes
   * @throws IllegalArgumentException if names are too long to fit
   */
  public static int write(HandOver handOver, MemorySegment into) {
    into.asSlice(0, HEADER_BYTES).fill((byte) 0);
    writeHeader(handOver, into);
    int donors = handOver.donors().size();
    long textAt = HEADER_BYTES + (long) DONOR_BYTES * donors;
    requireRoom(textAt);
    for (int i = 0; i < donors; i++) {
      textAt = writeDonor(handOver.donors().get(i), into, donorAt(i), textAt);
    }
    into.set(JAVA_INT, MESSAGE_BYTES_AT, (int) textAt);
    into.set(JAVA_LONG, MAGIC_AT, MAGIC);
    return (int) textAt;
  }

  private static int flags(HandOver handOver) {
    return (handOver.promote() ? PROMOTE : 0)
        | (handOver.elastic() ? ELASTIC : 0)
        | (handOver.sampling() ? SAMPLING : 0)
        | (handOver.poison() ? POISON : 0)
        | (handOver.encrypted() ? ENCRYPTED : 0);
  }

  private static void writeHeader(HandOver handOver, MemorySegment into) {
    Geometry geometry = handOver.geometry();
    into.set(JAVA_INT, VERSION_AT, VERSION);
    into.set(JAVA_LONG, SPACE_ID_HIGH_AT, handOver.spaceIdHigh());
    into.set(JAVA_LONG, SPACE_ID_LOW_AT, handOver.spaceIdLow());
    into.set(JAVA_LONG, BASE_AT, handOver.base());
    into.set(JAVA_LONG, CAPACITY_BYTES_AT, geometry.capacityBytes());
    into.set(JAVA_INT, BLOCK_BYTES_AT, geometry.blockBytes());
    into.set(JAVA_INT, SUBBLOCK_BYTES_AT, geometry.subblockBytes());
    into.set(JAVA_LONG, BUDGET_BYTES_AT, handOver.budgetBytes());
    into.set(JAVA_LONG, FAULT_TIMEOUT_NANOS_AT, handOver.faultTimeoutNanos());
    into.set(JAVA_LONG, SPIN_NANOS_AT, handOver.spinNanos());
    into.set(JAVA_INT, FLAGS_AT, flags(handOver));
    into.set(JAVA_INT, DONORS_AT, handOver.donors().size());
    into.set(JAVA_INT, SHARDS_AT, handOver.shards());
    into.set(JAVA_LONG, STRIPE_BYTES_AT, handOver.stripes().stripeBytes());
    into.set(JAVA_INT, HANDLES_AT, handOver.handles());
  }

  private static long writeDonor(DonorPart donor, MemorySegment into, long at, long textAt) {
    into.asSlice(at, DONOR_BYTES).fill((byte) 0);
    into.set(JAVA_INT, at + DONOR_KIND_AT, donor.kind().ordinal() + 1);
    into.set(JAVA_INT, at + DONOR_PORT_AT, donor.port());
    into.set(JAVA_LONG, at + DONOR_BYTES_AT, donor.bytes());
    into.set(JAVA_LONG, at + DONOR_BASE_BYTES_AT, donor.baseBytes());
    into.set(JAVA_INT, at + DONOR_COMPRESSION_AT, donor.compresses() ? 1 : 0);
    into.set(JAVA_INT, at + DONOR_COPY_AT, donor.isCopy() ? 1 : 0);
    long hostAt = writeText(donor.name(), into, at + DONOR_NAME_AT, textAt);
    into.set(JAVA_INT, at + DONOR_TRANSPORT_AT, donor.transport() == Transport.RDMA ? 1 : 0);
    into.set(JAVA_INT, at + DONOR_ENGINE_AT, donor.engine() == Engine.DISNI ? 1 : 0);
    long deviceAt = writeText(donor.host(), into, at + DONOR_HOST_AT, hostAt);
    return writeText(donor.device(), into, at + DONOR_DEVICE_AT, deviceAt);
  }

  private static long writeText(String text, MemorySegment into, long at, long textAt) {
    byte[] bytes = text.getBytes(UTF_8);
    requireRoom(textAt + bytes.length);
    into.set(JAVA_INT, at, (int) textAt);
    into.set(JAVA_INT, at + 4, bytes.length);
    MemorySegment.copy(bytes, 0, into, JAVA_BYTE, textAt, bytes.length);
    return textAt + bytes.length;
  }

  private static void requireRoom(long bytes) {
    require(bytes <= MESSAGE_BYTES_MAX, "names of donors too long for one message:", bytes);
  }

  /**
   * Reads a message that came from another process.
   *
   * @param message exactly the bytes received
   * @param handles descriptors that came with it
   * @throws IllegalArgumentException naming what is wrong
   */
  public static HandOver read(MemorySegment message, int handles) {
    require(message.byteSize() >= HEADER_BYTES, "a hand-over too short:", message.byteSize());
    require(message.get(JAVA_LONG, MAGIC_AT) == MAGIC, "not a hand-over: magic", 0);
    int version = message.get(JAVA_INT, VERSION_AT);
    require(version == VERSION, "hand-over version, this build reads " + VERSION + ":", version);
    int bytes = message.get(JAVA_INT, MESSAGE_BYTES_AT);
    require(bytes == message.byteSize(), "hand-over message bytes", bytes);
    HandOver handOver = readHeader(message, readDonors(message));
    int promised = message.get(JAVA_INT, HANDLES_AT);
    require(promised == handOver.handles(), "hand-over handles", promised);
    require(promised == handles, "hand-over handles received of " + promised + ":", handles);
    return handOver;
  }

  private static HandOver readHeader(MemorySegment message, List<DonorPart> donors) {
    int flags = message.get(JAVA_INT, FLAGS_AT);
    int known = PROMOTE | ELASTIC | SAMPLING | POISON | ENCRYPTED;
    require((flags & ~known) == 0, "hand-over flags", flags);
    Geometry geometry = readGeometry(message);
    return new HandOver(
        message.get(JAVA_LONG, SPACE_ID_HIGH_AT),
        message.get(JAVA_LONG, SPACE_ID_LOW_AT),
        readBase(message),
        geometry,
        positive(message, BUDGET_BYTES_AT, "budget bytes"),
        positive(message, FAULT_TIMEOUT_NANOS_AT, "fault timeout"),
        spinNanos(message),
        (flags & PROMOTE) != 0,
        (flags & ELASTIC) != 0,
        (flags & SAMPLING) != 0,
        (flags & POISON) != 0,
        (flags & ENCRYPTED) != 0,
        readStripes(message, geometry),
        donors);
  }

  private static long readBase(MemorySegment message) {
    long base = positive(message, BASE_AT, "base");
    require((base & ((2 << 20) - 1)) == 0, "hand-over base not aligned to 2 MiB:", base);
    return base;
  }

  private static Geometry readGeometry(MemorySegment message) {
    return new Geometry(
        positive(message, CAPACITY_BYTES_AT, "capacity"),
        message.get(JAVA_INT, BLOCK_BYTES_AT),
        message.get(JAVA_INT, SUBBLOCK_BYTES_AT));
  }

  /** Both sides divide alike: the length of a stripe is written for those who only look. */
  private static Stripes readStripes(MemorySegment message, Geometry geometry) {
    Stripes stripes = Stripes.of(geometry.capacityBytes(), message.get(JAVA_INT, SHARDS_AT));
    long stripeBytes = message.get(JAVA_LONG, STRIPE_BYTES_AT);
    require(stripes.stripeBytes() == stripeBytes, "hand-over stripe bytes", stripeBytes);
    return stripes;
  }

  private static List<DonorPart> readDonors(MemorySegment message) {
    int count = message.get(JAVA_INT, DONORS_AT);
    require(count >= 0 && count <= BlockWord.DONORS_MAX, "hand-over donors", count);
    require(donorAt(count) <= message.byteSize(), "hand-over donors do not fit:", count);
    List<DonorPart> donors = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      donors.add(readDonor(message, donorAt(i)));
    }
    requirePairs(donors);
    return donors;
  }

  /**
   * An exporter, and another or a file or device of its size, are a pair; no third belongs to it.
   */
  private static void requirePairs(List<DonorPart> donors) {
    for (int i = 0; i < donors.size(); i++) {
      DonorPart copy = donors.get(i);
      if (copy.isCopy()) {
        DonorPart first = i == 0 ? copy : donors.get(i - 1);
        boolean isPair =
            !first.isCopy()
                && first.kind() == DonorKind.EXPORTER
                && copy.kind() != DonorKind.COMPRESSED
                && !(copy.compresses() && copy.hasHandle())
                && first.bytes() == copy.bytes();
        require(isPair, "no pair: donor", i);
      }
    }
  }

  private static DonorPart readDonor(MemorySegment message, long at) {
    int kind = message.get(JAVA_INT, at + DONOR_KIND_AT);
    require(kind >= 1 && kind <= DonorKind.values().length, "kind of donor", kind);
    int port = message.get(JAVA_INT, at + DONOR_PORT_AT);
    require(port >= 0 && port <= 0xffff, "port of donor", port);
    int compression = message.get(JAVA_INT, at + DONOR_COMPRESSION_AT);
    require(compression == 0 || compression == 1, "compression of donor", compression);
    int copy = message.get(JAVA_INT, at + DONOR_COPY_AT);
    require(copy == 0 || copy == 1, "copy of donor", copy);
    int transport = message.get(JAVA_INT, at + DONOR_TRANSPORT_AT);
    require(transport == 0 || transport == 1, "transport of donor", transport);
    int engine = message.get(JAVA_INT, at + DONOR_ENGINE_AT);
    require(engine == 0 || engine == 1, "engine of donor", engine);
    return new DonorPart(
        DonorKind.values()[kind - 1],
        positive(message, at + DONOR_BYTES_AT, "bytes of donor"),
        notNegative(message, at + DONOR_BASE_BYTES_AT, "base of donor"),
        port,
        readText(message, at + DONOR_NAME_AT),
        readText(message, at + DONOR_HOST_AT),
        compression == 1,
        copy == 1,
        transport == 1 ? Transport.RDMA : Transport.TCP,
        readText(message, at + DONOR_DEVICE_AT),
        engine == 1 ? Engine.DISNI : Engine.VERBS);
  }

  private static String readText(MemorySegment message, long at) {
    long textAt = Integer.toUnsignedLong(message.get(JAVA_INT, at));
    long bytes = Integer.toUnsignedLong(message.get(JAVA_INT, at + 4));
    require(textAt + bytes <= message.byteSize(), "text of donor ends at", textAt + bytes);
    ByteBuffer text = message.asSlice(textAt, bytes).asByteBuffer();
    try {
      return UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("text of donor is not UTF-8", e);
    }
  }

  private static long donorAt(int index) {
    return HEADER_BYTES + (long) DONOR_BYTES * index;
  }

  private static long positive(MemorySegment message, long at, String what) {
    long value = message.get(JAVA_LONG, at);
    require(value > 0, "hand-over " + what, value);
    return value;
  }

  private static long spinNanos(MemorySegment message) {
    long nanos = message.get(JAVA_LONG, SPIN_NANOS_AT);
    require(nanos >= HandOver.SPIN_BY_PLACEMENT, "spin time", nanos);
    return nanos;
  }

  private static long notNegative(MemorySegment message, long at, String what) {
    long value = message.get(JAVA_LONG, at);
    require(value >= 0, "hand-over " + what, value);
    return value;
  }

  private static void require(boolean condition, String what, long value) {
    if (!condition) {
      throw new IllegalArgumentException(what + " " + value);
    }
  }
}
