package io.elasticmemory.codec;

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
 * checked Java code. The decompressor is the one that never leaves the ranges it is given. Usable
 * from every thread; the native code allocates nothing but on failure.
 */
public final class Lz4 {
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

  /** See {@link Lz4Library#open}; a missing library is a NoClassDefFoundError here. */
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
  public static Lz4 ofJava() {
    return new Lz4(LZ4Factory.safeInstance(), false);
  }

  /** Whether it is the quick one. */
  public boolean isNative() {
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
  public int maxBytes(int bytes) {
    return compressor.maxCompressedLength(bytes);
  }

  /**
   * Compresses {@code bytes} from {@code at}.
   *
   * @param to direct, with room for {@link #maxBytes} from {@code toAt}
   * @return bytes written
   */
  public int compress(ByteBuffer from, int at, int bytes, ByteBuffer to, int toAt) {
    return compressor.compress(from, at, bytes, to, toAt, to.capacity() - toAt);
  }

  /**
   * Decompresses {@code bytes} from {@code at}.
   *
   * @return false if they are not an LZ4 block of exactly {@code rawBytes}; what is written then is
   *     undefined, but within the range
   */
  public boolean decompress(
      ByteBuffer from, int at, int bytes, ByteBuffer to, int toAt, int rawBytes) {
    try {
      return decompressor.decompress(from, at, bytes, to, toAt, rawBytes) == rawBytes;
    } catch (LZ4Exception e) {
      return false;
    }
  }
}
