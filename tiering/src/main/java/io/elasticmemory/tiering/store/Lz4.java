package io.elasticmemory.tiering.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * LZ4 blocks in direct buffers, by lz4-java: its native code, or where that cannot be loaded its
 * checked Java code. The decompressor is the one that never leaves the ranges it is given. Used by
 * one thread; allocates nothing but on failure.
 */
final class Lz4 {
  private static final String NAME = "liblz4-java";
  private static final Path MAPS = Path.of("/proc/self/maps");

  private final LZ4Compressor compressor;
  private final LZ4SafeDecompressor decompressor;
  private final boolean isNative;

  private Lz4(LZ4Factory factory, boolean isNative) {
    compressor = factory.fastCompressor();
    decompressor = factory.safeDecompressor();
    this.isNative = isNative;
  }

  /**
   * The codec of this process.
   *
   * @param warn told once, in one line, if it is the slow one
   * @throws NoClassDefFoundError if the library is missing
   */
  static Lz4 open(Consumer<String> warn) {
    Lz4 java = ofJava();
    try {
      Lz4 codec = new Lz4(LZ4Factory.nativeInstance(), true);
      removeCopies();
      return codec;
    } catch (LinkageError | RuntimeException | AssertionError e) {
      warn.accept(
          "LZ4 is done in Java, several times slower: its native library cannot be loaded (%s); give"
                  .formatted(e)
              + " java.io.tmpdir a folder from which programs may be loaded");
      return java;
    }
  }

  /** The checked Java code. */
  static Lz4 ofJava() {
    return new Lz4(LZ4Factory.safeInstance(), false);
  }

  boolean isNative() {
    return isNative;
  }

  /**
   * The library was copied out of its jar to be loaded, and would remove the copy when the JVM ends
   * in order, which a pager does not. A mapped file needs no name.
   */
  private static void removeCopies() {
    try (Stream<String> lines = Files.lines(MAPS)) {
      List<Path> copies =
          lines
              .filter(line -> line.contains("/" + NAME + "-") && line.indexOf('/') > 0)
              .map(line -> Path.of(line.substring(line.indexOf('/'))))
              .distinct()
              .toList();
      for (Path copy : copies) {
        Files.deleteIfExists(copy);
        Files.deleteIfExists(Path.of(copy + ".lck"));
      }
    } catch (IOException | RuntimeException e) {
      // Then they stay until the library itself removes old ones.
    }
  }

  /** Bytes that {@code bytes} can become at most. */
  int maxBytes(int bytes) {
    return compressor.maxCompressedLength(bytes);
  }

  /**
   * Compresses.
   *
   * @param to has room for {@link #maxBytes} from its start
   * @return bytes written to the start of {@code to}
   */
  int compress(ByteBuffer from, int at, int bytes, ByteBuffer to) {
    return compressor.compress(from, at, bytes, to, 0, to.capacity());
  }

  /**
   * Decompresses {@code bytes} from the start of {@code from}.
   *
   * @return false if they are not an LZ4 block of exactly {@code rawBytes}; what is written then is
   *     undefined, but within the range
   */
  boolean decompress(ByteBuffer from, int bytes, ByteBuffer to, int at, int rawBytes) {
    try {
      return decompressor.decompress(from, 0, bytes, to, at, rawBytes) == rawBytes;
    } catch (LZ4Exception e) {
      return false;
    }
  }
}
