package io.elasticmemory.samples.app;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Keeps many buffers of Netty's pools, and releases and allocates them at random: half of them from
 * the pooled allocator, half from the adaptive one that Netty takes by default.
 */
public final class NettyChurn {
  private static final int BUFFER_BYTES_MIN = 1 << 10;
  private static final int BUFFER_BYTES_MAX = 64 << 10;

  /** Every buffer is replaced so often on average. */
  private static final int REPLACED = 2;

  private final ByteBufAllocator allocator;
  private final long bytes;
  private final SplittableRandom random;
  private final List<ByteBuf> buffers = new ArrayList<>();
  private final byte[] content = new byte[BUFFER_BYTES_MAX];
  private final Digest digest = new Digest();
  private long keptBytes;

  private NettyChurn(ByteBufAllocator allocator, long seed, long bytes) {
    this.allocator = allocator;
    this.bytes = bytes;
    this.random = new SplittableRandom(seed);
  }

  /** Runs it: {@code SEED MIB}. */
  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, NettyChurn::run);
  }

  private static Program.Found run(long seed, long bytes) throws Exception {
    List<NettyChurn> parts =
        List.of(
            new NettyChurn(PooledByteBufAllocator.DEFAULT, seed, bytes / 2),
            new NettyChurn(new AdaptiveByteBufAllocator(true), seed + 1, bytes / 2));
    Digest digest = new Digest();
    long keptBytes = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(parts.size())) {
      List<Callable<Long>> works =
          parts.stream().map(part -> (Callable<Long>) part::churn).toList();
      for (Future<Long> hash : threads.invokeAll(works)) {
        digest.add(hash.get());
      }
    }
    for (NettyChurn part : parts) {
      keptBytes += part.keptBytes;
    }
    return new Program.Found(
        digest.value(), keptBytes, () -> parts.forEach(NettyChurn::releaseAll));
  }

  private long churn() {
    while (keptBytes < bytes) {
      buffers.add(allocate());
    }
    for (long i = (long) buffers.size() * REPLACED; i > 0; i--) {
      int place = random.nextInt(buffers.size());
      release(buffers.get(place));
      buffers.set(place, allocate());
    }
    buffers.forEach(this::read);
    trim();
    return digest.value();
  }

  /** What the pool keeps for this thread goes back, so that it keeps no chunk for ever. */
  private void trim() {
    if (allocator instanceof PooledByteBufAllocator pooled) {
      pooled.trimCurrentThreadCache();
    }
  }

  private ByteBuf allocate() {
    int length = random.nextInt(BUFFER_BYTES_MIN, BUFFER_BYTES_MAX + 1) & -Long.BYTES;
    ByteBuf buffer = allocator.directBuffer(length, length);
    if (!buffer.isDirect()) {
      throw new IllegalStateException("not direct: " + buffer);
    }
    for (int i = 0; i < length; i += Long.BYTES) {
      buffer.writeLong(random.nextLong());
    }
    keptBytes += length;
    return buffer;
  }

  private void release(ByteBuf buffer) {
    read(buffer);
    keptBytes -= buffer.capacity();
    if (!buffer.release()) {
      throw new IllegalStateException("still in use: " + buffer);
    }
  }

  private void releaseAll() {
    buffers.forEach(ByteBuf::release);
    buffers.clear();
    trim();
  }

  private void read(ByteBuf buffer) {
    buffer.getBytes(0, content, 0, buffer.capacity());
    digest.add(content, buffer.capacity());
  }
}
