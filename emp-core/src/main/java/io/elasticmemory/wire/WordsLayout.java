package io.elasticmemory.wire;

import static io.elasticmemory.wire.MessageLayout.U16;
import static io.elasticmemory.wire.MessageLayout.U32;
import static io.elasticmemory.wire.MessageLayout.U64;

import io.elasticmemory.port.RemoteWords.ServedBy;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What an exporter and a client tell each other about words that several clients change.
 *
 * <pre>
 * grant, payload of WORDS_OPEN answered (32 bytes)   operation, payload of SWAP_WORD and
 *   0 u32 magic "EMPW"                               ADD_WORD (16 bytes)
 *   4 u16 version                                      0 u64 first   expected, or added
 *   6 u16 servedBy   1: exporter, 2: device            8 u64 second  wanted, or 0
 *   8 u32 words
 *  12 u32 key        of the device, or 0
 *  16 u64 address    of word 0 for the device, or 0
 *  24 u64 token      for connecting to the device, or 0
 * </pre>
 *
 * <p>Where the device serves, a client connects to it with {@link RdmaLayout.Request}: the token of
 * the grant, {@link #ROLE}, no lease. Nothing is said with the answer.
 */
public final class WordsLayout {
  /** "EMPW", little-endian. */
  public static final int MAGIC = 0x57504d45;

  /** Raised when any offset or meaning changes. */
  public static final int VERSION = 1;

  /** Bytes of a grant. */
  public static final int GRANT_BYTES = 32;

  /** Bytes of an operation. */
  public static final int OPERATION_BYTES = 16;

  /** Most words of an exporter: what several clients wait for is no place for data. */
  public static final int WORDS_MAX = 1 << 20;

  /** Role of a queue pair for words; those of slabs are in {@link MessageLayout}. */
  public static final int ROLE = 3;

  private static final long MAGIC_AT = 0;
  private static final long VERSION_AT = 4;
  private static final long SERVED_BY_AT = 6;
  private static final long WORDS_AT = 8;
  private static final long KEY_AT = 12;
  private static final long ADDRESS_AT = 16;
  private static final long TOKEN_AT = 24;
  private static final long FIRST_AT = 0;
  private static final long SECOND_AT = 8;

  private static final short EXPORTER = 1;
  private static final short DEVICE = 2;

  private WordsLayout() {}

  /**
   * What a client may use.
   *
   * @param servedBy for all words and clients of the exporter, as long as it runs
   * @param words how many
   * @param address of the first one, for the device
   * @param key of their region, for the device
   * @param token to be shown when connecting to the device
   */
  public record Grant(ServedBy servedBy, int words, long address, int key, long token) {
    /** Words that the exporter's CPU serves. */
    public static Grant byExporter(int words) {
      return new Grant(ServedBy.EXPORTER, words, 0, 0, 0);
    }

    /** Fills {@link #GRANT_BYTES}. */
    public void write(MemorySegment into) {
      into.set(U32, MAGIC_AT, MAGIC);
      into.set(U16, VERSION_AT, (short) VERSION);
      into.set(U16, SERVED_BY_AT, servedBy == ServedBy.DEVICE ? DEVICE : EXPORTER);
      into.set(U32, WORDS_AT, words);
      into.set(U32, KEY_AT, key);
      into.set(U64, ADDRESS_AT, address);
      into.set(U64, TOKEN_AT, token);
    }

    /** What {@link #GRANT_BYTES} say; null if that is no grant of this version. */
    public static @Nullable Grant read(MemorySegment from) {
      ServedBy servedBy =
          switch (from.get(U16, SERVED_BY_AT)) {
            case EXPORTER -> ServedBy.EXPORTER;
            case DEVICE -> ServedBy.DEVICE;
            default -> null;
          };
      int words = from.get(U32, WORDS_AT);
      boolean isKnown = from.get(U32, MAGIC_AT) == MAGIC && from.get(U16, VERSION_AT) == VERSION;
      if (!isKnown || servedBy == null || words < 1 || words > WORDS_MAX) {
        return null;
      }
      return new Grant(
          servedBy,
          words,
          from.get(U64, ADDRESS_AT),
          from.get(U32, KEY_AT),
          from.get(U64, TOKEN_AT));
    }
  }

  /** Fills {@link #OPERATION_BYTES} at an offset. */
  public static void writeOperation(MemorySegment into, long at, long first, long second) {
    into.set(U64, at + FIRST_AT, first);
    into.set(U64, at + SECOND_AT, second);
  }
}
