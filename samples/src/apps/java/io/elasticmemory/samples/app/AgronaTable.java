package io.elasticmemory.samples.app;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * A table in memory of Agrona's {@code Unsafe}, that grows region by region, and a large ring
 * buffer through which another thread sends the changes of it.
 */
public final class AgronaTable {
  private static final int RECORD_BYTES = 64;
  private static final int REGION_BYTES = 8 << 20;
  private static final int RECORDS_PER_REGION = REGION_BYTES / RECORD_BYTES;
  private static final int MESSAGE_TYPE = 1;
  private static final int MESSAGE_BYTES = Long.BYTES + RECORD_BYTES;
  private static final int RECORDS_READ_MAX = 1024;

  /** One in so many is changed again, of these so many per cent in the first part of the table. */
  private static final int CHANGED_PART = 4;

  private static final int HOT_PERCENT = 98;
  private static final int HOT_PART = 10;

  /** Of the data, the ring has at most this part. */
  private static final int RING_PART = 16;

  private final List<UnsafeBuffer> regions = new ArrayList<>();
  private final RingBuffer ring;
  private final long records;
  private final long seed;
  private final Digest digest = new Digest();
  private final byte[] record = new byte[RECORD_BYTES];

  private AgronaTable(RingBuffer ring, long seed, long bytes) {
    this.ring = ring;
    this.seed = seed;
    int regionCount = Math.toIntExact((bytes - ring.capacity()) / REGION_BYTES);
    for (int i = 0; i < regionCount; i++) {
      regions.add(newRegion());
    }
    this.records = (long) regionCount * RECORDS_PER_REGION;
  }

  /** Runs it: {@code SEED MIB}. */
  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, AgronaTable::run);
  }

  private static Program.Found run(long seed, long bytes) throws InterruptedException {
    int ringBytes = (int) Math.min(1 << 29, Long.highestOneBit(bytes / RING_PART));
    ByteBuffer memory =
        BufferUtil.allocateDirectAligned(
            ringBytes + RingBufferDescriptor.TRAILER_LENGTH, BitUtil.CACHE_LINE_LENGTH);
    RingBuffer ring = new ManyToOneRingBuffer(new UnsafeBuffer(memory));
    AgronaTable table = new AgronaTable(ring, seed, bytes);
    table.applyChanges();
    table.read();
    table.fillRing();
    table.readRing();
    long keptBytes = ringBytes + (long) table.regions.size() * REGION_BYTES;
    return new Program.Found(table.digest.value(), keptBytes, table::free);
  }

  private void free() {
    regions.forEach(region -> UnsafeApi.freeMemory(region.addressOffset()));
    regions.clear();
  }

  /** Begins as a quarter that is set, and grows. */
  private static UnsafeBuffer newRegion() {
    long address = UnsafeApi.allocateMemory(REGION_BYTES / 4);
    UnsafeApi.setMemory(address, REGION_BYTES / 4, (byte) 7);
    address = UnsafeApi.reallocateMemory(address, REGION_BYTES);
    UnsafeApi.setMemory(address + REGION_BYTES / 4, REGION_BYTES * 3L / 4, (byte) 0);
    return new UnsafeBuffer(address, REGION_BYTES);
  }

  /**
   * Every record in turn, which fills the ring more than once; then some of them here and there.
   */
  private void applyChanges() throws InterruptedException {
    long changes = records + records / CHANGED_PART;
    Thread sender = Thread.ofPlatform().daemon().name("sender").start(() -> send(changes));
    for (long applied = 0; applied < changes; ) {
      int read = ring.read(this::apply, RECORDS_READ_MAX);
      applied += read;
      if (read == 0) {
        Thread.onSpinWait();
      }
    }
    sender.join();
  }

  private void send(long changes) {
    SplittableRandom random = new SplittableRandom(seed);
    UnsafeBuffer message = new UnsafeBuffer(new byte[MESSAGE_BYTES]);
    for (long i = 0; i < changes; i++) {
      message.putLong(0, i < records ? i : place(random));
      for (int at = Long.BYTES; at < MESSAGE_BYTES; at += Long.BYTES) {
        message.putLong(at, random.nextLong());
      }
      while (!ring.write(MESSAGE_TYPE, message, 0, MESSAGE_BYTES)) {
        Thread.yield();
      }
    }
  }

  /** Mostly one of few, as in most programs. */
  private long place(SplittableRandom random) {
    return random.nextLong(random.nextInt(100) < HOT_PERCENT ? records / HOT_PART : records);
  }

  private void apply(int type, DirectBuffer buffer, int index, int length) {
    long place = buffer.getLong(index);
    UnsafeBuffer region = regions.get((int) (place / RECORDS_PER_REGION));
    int offset = (int) (place % RECORDS_PER_REGION) * RECORD_BYTES;
    region.getBytes(offset, record);
    digest.add(record, RECORD_BYTES);
    region.putBytes(offset, buffer, index + Long.BYTES, length - Long.BYTES);
  }

  /** What has been read from the ring is zero; so now it is filled, and stays so. */
  private void fillRing() {
    SplittableRandom random = new SplittableRandom(seed + 1);
    UnsafeBuffer message = new UnsafeBuffer(new byte[MESSAGE_BYTES]);
    do {
      for (int at = 0; at < MESSAGE_BYTES; at += Long.BYTES) {
        message.putLong(at, random.nextLong());
      }
    } while (ring.write(MESSAGE_TYPE, message, 0, MESSAGE_BYTES));
  }

  private void readRing() {
    for (int offset = 0; offset < ring.capacity(); offset += RECORD_BYTES) {
      ring.buffer().getBytes(offset, record);
      digest.add(record, RECORD_BYTES);
    }
  }

  private void read() {
    for (UnsafeBuffer region : regions) {
      for (int offset = 0; offset < REGION_BYTES; offset += RECORD_BYTES) {
        region.getBytes(offset, record);
        digest.add(record, RECORD_BYTES);
      }
    }
  }
}
