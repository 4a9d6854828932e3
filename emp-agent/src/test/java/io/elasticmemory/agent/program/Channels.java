package io.elasticmemory.agent.program;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a file, a socket and a datagram into large buffers that nobody has touched, and writes them
 * after they have left DRAM: {@code Channels FILE}.
 */
public final class Channels {
  private static final int BYTES = 4 << 20;
  private static final int DATAGRAM_BYTES = 8 << 10;
  private static final int FILLERS = 12;

  private Channels() {}

  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    heap(file);
    ByteBuffer written = filled();
    System.out.println(Where.is(MemorySegment.ofBuffer(written).address()));
    pushOut();
    file(file, written);
    socket(written.rewind());
    datagram();
    System.out.println("all channels gave what was written");
  }

  /** First of all, while the space is being opened: the channel's own buffer stays for good. */
  private static void heap(Path file) throws Exception {
    byte[] written = new byte[BYTES];
    filled(ByteBuffer.wrap(written));
    Files.write(file, written);
    ByteBuffer read = ByteBuffer.allocate(BYTES);
    try (FileChannel channel = FileChannel.open(file)) {
      while (read.hasRemaining() && channel.read(read) >= 0) {
        // On.
      }
    }
    requireSame(read, BYTES);
  }

  private static void file(Path file, ByteBuffer written) throws Exception {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      while (written.hasRemaining()) {
        channel.write(written);
      }
      channel.position(0);
      ByteBuffer read = ByteBuffer.allocateDirect(BYTES);
      while (read.hasRemaining() && channel.read(read) >= 0) {
        // On.
      }
      requireSame(read, BYTES);
      // Several at once, half of each on the heap.
      channel.position(0);
      ByteBuffer[] parts = {ByteBuffer.allocateDirect(BYTES / 2), ByteBuffer.allocate(BYTES / 2)};
      while (parts[1].hasRemaining() && channel.read(parts) >= 0) {
        // On.
      }
      requireSame(parts[0], BYTES / 2);
    }
  }

  private static void socket(ByteBuffer written) throws Exception {
    try (ServerSocketChannel server =
            ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketChannel client = SocketChannel.open(server.getLocalAddress());
        SocketChannel peer = server.accept()) {
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (written.hasRemaining()) {
                        client.write(written);
                      }
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  });
      ByteBuffer read = ByteBuffer.allocateDirect(BYTES);
      while (read.hasRemaining() && peer.read(read) >= 0) {
        // On.
      }
      writer.join();
      requireSame(read, BYTES);
    }
  }

  private static void datagram() throws Exception {
    try (DatagramChannel channel =
        DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      ByteBuffer written = filled().limit(DATAGRAM_BYTES);
      pushOut();
      channel.send(written, channel.getLocalAddress());
      ByteBuffer read = ByteBuffer.allocateDirect(BYTES);
      if (channel.receive(read) == null) {
        throw new IllegalStateException("no datagram has come");
      }
      requireSame(read, DATAGRAM_BYTES);
    }
  }

  private static ByteBuffer filled() {
    return filled(ByteBuffer.allocateDirect(BYTES));
  }

  private static ByteBuffer filled(ByteBuffer buffer) {
    for (int i = 0; i < BYTES; i += 4) {
      buffer.putInt(i, i * 31 + 7);
    }
    return buffer;
  }

  /** Other data, more than there is DRAM. */
  private static void pushOut() {
    for (int i = 0; i < FILLERS; i++) {
      ByteBuffer other = filled();
      if (other.getInt(0) != 7) {
        throw new IllegalStateException("other data is not as written");
      }
    }
  }

  private static void requireSame(ByteBuffer read, int bytes) {
    if (read.position() != bytes) {
      throw new IllegalStateException(read.position() + " bytes were read, not " + bytes);
    }
    for (int i = 0; i < bytes; i += 4) {
      if (read.getInt(i) != i * 31 + 7) {
        throw new IllegalStateException("something else was read at " + i);
      }
    }
  }
}
