package io.elasticmemory.tiering.pager;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Memories;
import io.elasticmemory.wire.Geometry;
import io.elasticmemory.wire.SealTableLayout;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM of the JDK. Nonce and tag are in the seal table and never leave the machine: a slot
 * holds exactly a subblock, as without encryption, and bytes of another place, of an earlier
 * generation, or changed by a bit, do not match what the table says.
 *
 * <p>The generation is raised in the table before anything is sealed with it, so a pager that takes
 * over goes on with the next one, whenever the one before was killed. {@code Cipher} allocates
 * about a kilobyte for each subblock, whatever its size; nothing else here does.
 */
class AesGcmSeals implements Seals {
  /** Called after each sealing, before anybody gets the bytes; the simulation collects nonces. */
  @FunctionalInterface
  interface Watch {
    void sealed(long place, long generation);
  }

  private static final String TRANSFORMATION = "AES/GCM/NoPadding";
  private static final int TAG_BITS = 8 * SealTableLayout.TAG_BYTES;

  private static final int REHEARSED_BYTES_MAX = 64 << 10;

  private final MemorySegment table;
  private final Geometry geometry;
  private final Watch watch;
  private final SecretKeySpec key;
  private final Cipher cipher;
  private final int bytes;
  private final byte[] nonce = new byte[SealTableLayout.NONCE_BYTES];

  /** Arrays, because a cipher copies other memory into arrays that it makes itself. */
  private final byte[] plain;

  /** The tag behind the bytes. */
  private final byte[] sealed;

  /** With a seal table that has been checked. */
  AesGcmSeals(MemorySegment table, Geometry geometry, Watch watch) {
    this.table = table;
    this.geometry = geometry;
    this.watch = watch;
    bytes = geometry.subblockBytes();
    plain = new byte[bytes];
    sealed = new byte[bytes + SealTableLayout.TAG_BYTES];
    byte[] keyBytes = SealTableLayout.key(table);
    key = new SecretKeySpec(keyBytes, "AES");
    Arrays.fill(keyBytes, (byte) 0);
    try {
      cipher = Cipher.getInstance(TRANSFORMATION);
    } catch (GeneralSecurityException e) {
      throw failure(e);
    }
  }

  /**
   * Seals and opens a subblock of a space that there is not again and again, until the code for it
   * is compiled.
   */
  static void rehearse(Geometry real, Memories memories, int times) {
    int bytes = Math.min(real.subblockBytes(), REHEARSED_BYTES_MAX);
    Geometry geometry = new Geometry(bytes, bytes, bytes);
    MemorySegment frame = memories.reservePrivate(bytes);
    MemorySegment table = memories.reservePrivate(SealTableLayout.tableBytes(geometry));
    Seals seals = new AesGcmSeals(table, geometry, (_, _) -> {});
    for (int i = 0; i < times; i++) {
      seals.seal(0, 0, frame, 0);
      if (!seals.open(0, 0, frame, 0)) {
        throw new IllegalStateException("what was sealed cannot be opened");
      }
    }
  }

  /** Compressed blocks stay in the memory of this machine, as what is in DRAM does. */
  @Override
  public boolean cover(Tier tier) {
    return tier != Tier.COMPRESSED;
  }

  @Override
  public void seal(int block, int subblock, MemorySegment frames, long at) {
    long place = SealTableLayout.place(geometry, block, subblock);
    long generation = raise(place);
    MemorySegment.copy(frames, JAVA_BYTE, at, plain, 0, bytes);
    try {
      begin(Cipher.ENCRYPT_MODE, place, generation);
      cipher.doFinal(plain, 0, bytes, sealed, 0);
    } catch (GeneralSecurityException e) {
      throw failure(e);
    }
    SealTableLayout.tag(table, place, sealed, bytes);
    watch.sealed(place, generation);
    MemorySegment.copy(sealed, 0, frames, JAVA_BYTE, at, bytes);
  }

  /** Takes the next generation of a subblock. */
  long raise(long place) {
    long generation = SealTableLayout.generation(table, place) + 1;
    SealTableLayout.generation(table, place, generation);
    return generation;
  }

  @Override
  public boolean open(int block, int subblock, MemorySegment frames, long at) {
    if (!isSealed(block, subblock, frames, at)) {
      return false;
    }
    MemorySegment.copy(plain, 0, frames, JAVA_BYTE, at, bytes);
    return true;
  }

  @Override
  public boolean isSealed(int block, int subblock, MemorySegment frames, long at) {
    long place = SealTableLayout.place(geometry, block, subblock);
    MemorySegment.copy(frames, JAVA_BYTE, at, sealed, 0, bytes);
    SealTableLayout.readTag(table, place, sealed, bytes);
    try {
      begin(Cipher.DECRYPT_MODE, place, SealTableLayout.generation(table, place));
      cipher.doFinal(sealed, 0, sealed.length, plain, 0);
      return true;
    } catch (AEADBadTagException _) {
      return false;
    } catch (GeneralSecurityException e) {
      throw failure(e);
    }
  }

  private void begin(int mode, long place, long generation) throws GeneralSecurityException {
    SealTableLayout.nonce(place, generation, nonce);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
  }

  private static IllegalStateException failure(GeneralSecurityException e) {
    return new IllegalStateException(
        "this JDK does not do " + TRANSFORMATION + "; use another, or remove encrypt=", e);
  }
}
