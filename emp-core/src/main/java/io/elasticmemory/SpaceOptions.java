package io.elasticmemory;

import static io.elasticmemory.PathRules.mistake;
import static io.elasticmemory.PathText.size;

import io.elasticmemory.port.Stripes;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The options of a whole space, written after its {@code dram} entry: {@code
 * dram:1024?block=64k&subblock=4k}. Checked when made, so every instance is usable.
 *
 * @param blockBytes unit of replacement and placement, a power of two from 4 KiB to 2 MiB
 * @param subblockBytes unit of transfer and state, a power of two from 4 KiB up to the block
 * @param shards threads of the pager, or {@link #SHARDS_AUTO} for one per two CPUs
 * @param minMib of DRAM that is never given back with {@link MemPath#DRAM_FOLLOWING}, or {@link
 *     #MIN_MIB_AUTO} for an eighth of the most
 * @param onLoss what happens when no good copy of a block is left
 * @param usermode whether a userfaultfd is accepted that does not trap the kernel's own accesses
 * @param faultTimeoutMillis how long a fault may wait for its bytes before the block is lost, and a
 *     writer for room below
 * @param promote whether blocks fetched repeatedly from SSD move up to REMOTE when there is room
 * @param elastic whether the unit of fetching adapts to what the program does, from a subblock to 2
 *     MiB; otherwise it is always the rest of the block
 * @param sampling whether blocks that may leave are unmapped first, to see whether they are in use
 * @param standby whether a second pager waits, ready to serve at once, for the end of the first
 * @param encrypt whether what leaves the machine, or goes to a disk, can be read there
 */
public record SpaceOptions(
    int blockBytes,
    int subblockBytes,
    int shards,
    int minMib,
    OnLoss onLoss,
    boolean usermode,
    int faultTimeoutMillis,
    boolean promote,
    boolean elastic,
    boolean sampling,
    boolean standby,
    Encryption encrypt) {

  /** What becomes of bytes before exporters, networks, files and devices get them. */
  public enum Encryption {
    /** They stay as they are. */
    NONE,
    /** AES-256-GCM, with a key that ends with the space. */
    AES_GCM
  }

  /** What happens when no good copy of a block is left. */
  public enum OnLoss {
    /** The application is stopped with a last message. */
    HALT,
    /** Accessing the block throws {@link InternalError}. */
    POISON
  }

  /** Smallest block and subblock: a page. */
  public static final int BLOCK_BYTES_MIN = 4 << 10;

  /** Largest block: a huge page. */
  public static final int BLOCK_BYTES_MAX = 2 << 20;

  /** One thread of the pager per two CPUs, fewer for a small space. */
  public static final int SHARDS_AUTO = 0;

  /** An eighth of the DRAM there may be is never given back. */
  public static final int MIN_MIB_AUTO = 0;

  /** Most shards a path can ask for. */
  public static final int SHARDS_MAX = Stripes.SHARDS_MAX;

  /** Longest wait of a fault: an hour. */
  public static final int FAULT_TIMEOUT_MILLIS_MAX = 3_600_000;

  /** What a path without options means. */
  public static final SpaceOptions DEFAULTS =
      new SpaceOptions(
          64 << 10,
          4 << 10,
          SHARDS_AUTO,
          MIN_MIB_AUTO,
          OnLoss.HALT,
          false,
          10_000,
          true,
          true,
          true,
          false,
          Encryption.NONE);

  /**
   * Options that are checked.
   *
   * @throws EmpException of kind PATH when a value is out of its range
   */
  public SpaceOptions {
    requireBlock("block", blockBytes);
    requireBlock("subblock", subblockBytes);
    if (subblockBytes > blockBytes) {
      throw mistake(
          "subblock %s is larger than block %s; lower subblock= or raise block="
              .formatted(size(subblockBytes), size(blockBytes)));
    }
    PathRules.requireBetween("shards", shards, SHARDS_AUTO, SHARDS_MAX);
    PathRules.requireBetween("min", minMib, MIN_MIB_AUTO, MemPath.MIB_MAX);
    Objects.requireNonNull(onLoss, "onLoss");
    PathRules.requireBetween("faultTimeoutMillis", faultTimeoutMillis, 1, FAULT_TIMEOUT_MILLIS_MAX);
    Objects.requireNonNull(encrypt, "encrypt");
  }

  /** The same options with other sizes; both at once, because each limits the other. */
  public SpaceOptions withBlock(int newBlockBytes, int newSubblockBytes) {
    return with(
        draft -> {
          draft.blockBytes = newBlockBytes;
          draft.subblockBytes = newSubblockBytes;
        });
  }

  /** The same options with another number of shards. */
  public SpaceOptions withShards(int newShards) {
    return with(draft -> draft.shards = newShards);
  }

  /** The same options with another part of DRAM that is never given back. */
  public SpaceOptions withMinMib(int newMinMib) {
    return with(draft -> draft.minMib = newMinMib);
  }

  /** The same options with another answer to a lost block. */
  public SpaceOptions withOnLoss(OnLoss newOnLoss) {
    return with(draft -> draft.onLoss = newOnLoss);
  }

  /** The same options, accepting or refusing a userfaultfd for user mode only. */
  public SpaceOptions withUsermode(boolean newUsermode) {
    return with(draft -> draft.usermode = newUsermode);
  }

  /** The same options with another bound on the wait of a fault. */
  public SpaceOptions withFaultTimeoutMillis(int newFaultTimeoutMillis) {
    return with(draft -> draft.faultTimeoutMillis = newFaultTimeoutMillis);
  }

  /** The same options with promotion from SSD to REMOTE on or off. */
  public SpaceOptions withPromote(boolean newPromote) {
    return with(draft -> draft.promote = newPromote);
  }

  /** The same options with an adaptive or a fixed unit of fetching. */
  public SpaceOptions withElastic(boolean newElastic) {
    return with(draft -> draft.elastic = newElastic);
  }

  /** The same options with or without a look at which blocks are in use. */
  public SpaceOptions withSampling(boolean newSampling) {
    return with(draft -> draft.sampling = newSampling);
  }

  /** The same options with or without a second pager that waits. */
  public SpaceOptions withStandby(boolean newStandby) {
    return with(draft -> draft.standby = newStandby);
  }

  /** The same options with what leaves the machine encrypted or not. */
  public SpaceOptions withEncrypt(Encryption newEncrypt) {
    return with(draft -> draft.encrypt = newEncrypt);
  }

  /** Whether what leaves the machine is encrypted. */
  public boolean isEncrypted() {
    return encrypt != Encryption.NONE;
  }

  private SpaceOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** How many subblocks a block has: 1 to 512. */
  public int subblocksPerBlock() {
    return blockBytes / subblockBytes;
  }

  /**
   * What differs from {@link #DEFAULTS}, as written after the {@code ?} of a path; may be empty.
   */
  @Override
  public String toString() {
    return PathText.of(this);
  }

  private static void requireBlock(String name, int bytes) {
    if (Integer.bitCount(bytes) != 1 || bytes < 0) {
      throw mistake("%s %d is not a power of two; use 4k, 8k, 16k … or 2m".formatted(name, bytes));
    }
    if (bytes < BLOCK_BYTES_MIN || bytes > BLOCK_BYTES_MAX) {
      throw mistake(
          "%s %s is not between 4k and 2m; use a power of two between them"
              .formatted(name, size(bytes)));
    }
  }

  /** A copy that can be changed until it is options again: the one place that names them all. */
  private static final class Draft {
    int blockBytes;
    int subblockBytes;
    int shards;
    int minMib;
    OnLoss onLoss;
    boolean usermode;
    int faultTimeoutMillis;
    boolean promote;
    boolean elastic;
    boolean sampling;
    boolean standby;
    Encryption encrypt;

    Draft(SpaceOptions options) {
      blockBytes = options.blockBytes;
      subblockBytes = options.subblockBytes;
      shards = options.shards;
      minMib = options.minMib;
      onLoss = options.onLoss;
      usermode = options.usermode;
      faultTimeoutMillis = options.faultTimeoutMillis;
      promote = options.promote;
      elastic = options.elastic;
      sampling = options.sampling;
      standby = options.standby;
      encrypt = options.encrypt;
    }

    SpaceOptions options() {
      return new SpaceOptions(
          blockBytes,
          subblockBytes,
          shards,
          minMib,
          onLoss,
          usermode,
          faultTimeoutMillis,
          promote,
          elastic,
          sampling,
          standby,
          encrypt);
    }
  }
}
