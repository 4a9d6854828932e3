package io.elasticmemory.port;

/**
 * How a space is divided among the shards of its pager: in stripes of equal length, which go to the
 * shards in turn. Each shard has a fault descriptor of its own, with which its stripes are
 * registered; so no block and no call on a range may cross the border of a stripe.
 *
 * @param capacityBytes length of the space; the last stripe may be shorter than the others
 * @param stripeBytes length of a stripe, a power of two
 * @param shards how many shards there are
 */
public record Stripes(long capacityBytes, long stripeBytes, int shards) {
  /** A stripe is at least a slab, so that a shard has whole slabs for its stripes. */
  public static final long STRIPE_BYTES_MIN = Donor.SLAB_BYTES;

  /** Each stripe is a mapping of its own in the kernel, of which a process has a limited number. */
  public static final int STRIPES_MAX = 4096;

  /** More threads than any machine needs to page one space. */
  public static final int SHARDS_MAX = 16;

  /** Checks that the numbers fit together. */
  public Stripes {
    if (capacityBytes <= 0 || Long.bitCount(stripeBytes) != 1 || stripeBytes < 0) {
      throw new IllegalArgumentException(
          "stripes of " + stripeBytes + " bytes in a space of " + capacityBytes);
    }
    if (shards < 1 || shards > SHARDS_MAX) {
      throw new IllegalArgumentException("shards " + shards + ", not 1 to " + SHARDS_MAX);
    }
    if (count(capacityBytes, stripeBytes) > STRIPES_MAX) {
      throw new IllegalArgumentException(
          capacityBytes + " bytes have more than " + STRIPES_MAX + " stripes of " + stripeBytes);
    }
  }

  /** The shortest stripes that are allowed for this many shards. */
  public static Stripes of(long capacityBytes, int shards) {
    if (shards == 1) {
      return one(capacityBytes);
    }
    long stripeBytes = STRIPE_BYTES_MIN;
    while (count(capacityBytes, stripeBytes) > STRIPES_MAX) {
      stripeBytes <<= 1;
    }
    return new Stripes(capacityBytes, stripeBytes, shards);
  }

  /** One shard, whose only stripe is the space. */
  public static Stripes one(long capacityBytes) {
    long half = Long.highestOneBit(Math.max(1, capacityBytes));
    return new Stripes(capacityBytes, half == capacityBytes ? half : half << 1, 1);
  }

  private static long count(long capacityBytes, long stripeBytes) {
    return (capacityBytes - 1) / stripeBytes + 1;
  }

  /** Stripes of the space. */
  public int count() {
    return (int) count(capacityBytes, stripeBytes);
  }

  /** The stripe that holds a byte of the space. */
  public int stripeOf(long offset) {
    return (int) (offset >>> Long.numberOfTrailingZeros(stripeBytes));
  }

  /** The shard that a stripe belongs to. */
  public int shardOfStripe(int stripe) {
    return stripe % shards;
  }

  /** The shard that a byte of the space belongs to. */
  public int shardOf(long offset) {
    return shardOfStripe(stripeOf(offset));
  }

  /** First byte of a stripe. */
  public long offsetOf(int stripe) {
    return stripe * stripeBytes;
  }

  /** Length of a stripe. */
  public long bytesOfStripe(int stripe) {
    return Math.min(stripeBytes, capacityBytes - offsetOf(stripe));
  }

  /** Length of all stripes of a shard. */
  public long bytesOf(int shard) {
    long bytes = 0;
    for (int stripe = shard; stripe < count(); stripe += shards) {
      bytes += bytesOfStripe(stripe);
    }
    return bytes;
  }

  /** True if a range that is not empty lies in the space and within one stripe of the shard. */
  public boolean isOwn(int shard, long offset, long bytes) {
    return offset >= 0
        && bytes > 0
        && offset <= capacityBytes - bytes
        && stripeOf(offset) == stripeOf(offset + bytes - 1)
        && shardOf(offset) == shard;
  }

  /** True if some byte of a range of the space, which is not empty, belongs to the shard. */
  public boolean concerns(int shard, long offset, long bytes) {
    int first = stripeOf(offset);
    int ahead = Math.floorMod(shard - shardOfStripe(first), shards);
    return first + ahead <= stripeOf(offset + bytes - 1);
  }
}
