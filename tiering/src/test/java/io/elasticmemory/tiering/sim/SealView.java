package io.elasticmemory.tiering.sim;

import io.elasticmemory.wire.Geometry;
import io.elasticmemory.wire.SealTableLayout;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.util.HashSet;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The seal table as anybody may read it who has it, and all nonces that the pagers of the space
 * have used. Opens what donors keep with code of its own.
 */
final class SealView {
  private final Geometry geometry;
  private final MemorySegment segment;
  private final SecretKeySpec key;
  private final Cipher cipher;
  private final byte[] nonce = new byte[SealTableLayout.NONCE_BYTES];
  private final Set<Long> nonces = new HashSet<>();

  SealView(Geometry geometry, long spaceIdHigh, long spaceIdLow, Seeded random) {
    this.geometry = geometry;
    segment =
        MemorySegment.ofArray(new long[Math.toIntExact(SealTableLayout.tableBytes(geometry) / 8)]);
    SealTableLayout.format(
        segment,
        geometry,
        spaceIdHigh,
        spaceIdLow,
        random.next(),
        random.next(),
        random.next(),
        random.next());
    key = new SecretKeySpec(SealTableLayout.key(segment), "AES");
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The memory that the shards write. */
  MemorySegment segment() {
    return segment;
  }

  /** Invariant 15: a pager has sealed something; nobody has with that nonce before. */
  void sealed(long place, long generation) {
    // Spaces here are small, and no generation is large.
    if (!nonces.add(place << 32 | generation)) {
      throw new SimFailure(
          "invariant 15: the nonce of subblock "
              + place % geometry.subblocks()
              + " in generation "
              + generation
              + " is used a second time",
          (int) (place / geometry.subblocks()));
    }
  }

  /** In which generation a subblock was sealed last. */
  long generation(int block, int subblock) {
    return SealTableLayout.generation(segment, SealTableLayout.place(geometry, block, subblock));
  }

  /** Opens a subblock; false if these are not the bytes that were sealed last. */
  boolean open(int block, int subblock, byte[] from, int at, byte[] into, int intoAt) {
    long place = SealTableLayout.place(geometry, block, subblock);
    byte[] tag = new byte[SealTableLayout.TAG_BYTES];
    SealTableLayout.readTag(segment, place, tag, 0);
    SealTableLayout.nonce(place, generation(block, subblock), nonce);
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * tag.length, nonce));
      cipher.update(from, at, geometry.subblockBytes(), into, intoAt);
      cipher.doFinal(tag, 0, tag.length, into, intoAt);
      return true;
    } catch (AEADBadTagException _) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Generations and tags. */
  void print(Fingerprint print) {
    print.add(segment);
  }
}
