package io.elasticmemory.samples.prove.flips;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Where the pages of a {@link FlippedProgram} are kept, of 4 KiB each, in memory of another process
 * or in a file; bits of them are turned over there. Pages are known by what they hold.
 */
final class Places implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final FileChannel bytes;
  private final List<Place> places = new ArrayList<>();

  /**
   * A page and where it is.
   *
   * @param page its number
   * @param at of its first byte
   */
  record Place(int page, long at) {}

  private Places(FileChannel bytes) {
    this.bytes = bytes;
  }

  /** Those in a file. */
  static Places ofFile(Path file) throws IOException {
    Places places = new Places(open(file));
    places.find(0, places.bytes.size());
    return places;
  }

  /**
   * Those in memory of a process.
   *
   * @param from its address
   * @param to behind its last byte
   */
  static Places ofMemory(long pid, long from, long to) throws IOException {
    Places places = new Places(open(Path.of("/proc", Long.toString(pid), "mem")));
    places.find(from, to);
    return places;
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private void find(long from, long to) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = from; at < to; at += CHUNK_BYTES) {
      chunk.clear().limit((int) Math.min(CHUNK_BYTES, to - at));
      int got = bytes.read(chunk, at);
      for (int i = 0; i + Content.PAGE_BYTES <= got; i += Content.PAGE_BYTES) {
        int page = Content.page(chunk.getLong(i));
        if (page >= 0) {
          places.add(new Place(page, at + i));
        }
      }
    }
  }

  /** All of them. */
  List<Place> all() {
    return places;
  }

  /** So many bits of a place. */
  Flip flip(Place place, int bits, RandomGenerator random) throws IOException {
    List<Integer> positions =
        random.ints(0, Content.PAGE_BYTES * Byte.SIZE).distinct().limit(bits).boxed().toList();
    Flip flip = new Flip(place, positions);
    flip.turn();
    return flip;
  }

  /** Bits that are turned over until they are turned back. */
  final class Flip {
    private final Place place;
    private final List<Integer> positions;

    private Flip(Place place, List<Integer> positions) {
      this.place = place;
      this.positions = positions;
    }

    Place place() {
      return place;
    }

    /** Turns them over, or back. */
    void turn() throws IOException {
      ByteBuffer page = ByteBuffer.allocate(Content.PAGE_BYTES);
      int got = bytes.read(page, place.at());
      if (got < Content.PAGE_BYTES) {
        throw new IOException("only %d bytes at %d".formatted(got, place.at()));
      }
      for (int bit : positions) {
        page.put(bit >> 3, (byte) (page.get(bit >> 3) ^ 1 << (bit & 7)));
      }
      page.flip();
      while (page.hasRemaining()) {
        int _ = bytes.write(page, place.at() + page.position());
      }
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
