package io.elasticmemory.port;

import java.nio.file.Path;
import java.util.function.Consumer;

/** Spill files and block devices, always with direct I/O. Failures are {@code EmpException}s. */
public interface Files {
  /**
   * Creates a spill file that has no name any more when this returns, so that nothing is left
   * behind however the process ends. An existing file is refused, never overwritten.
   *
   * @param reserve take the whole space on the disk now; otherwise blocks are taken when written
   */
  Handle createSpillFile(Path path, long bytes, boolean reserve);

  /** Opens a block device for exclusive use and checks that {@code [base, base + bytes)} exists. */
  Handle openBlockDevice(Path path, long baseBytes, long bytes);

  /**
   * Gets ready what so many calls of {@link #adoptDonor} need whatever the donor, so that they take
   * less time. What cannot be had now they try to get themselves. Any thread.
   */
  default void prepareDonors(int donors) {}

  /**
   * A donor on an open file or device, after checking its kind and size. Takes the handle over.
   *
   * @param name how the user wrote it
   * @param baseBytes position of the donor's byte 0 in the file
   * @param bytes what it grants, a multiple of the slab size
   * @param usedBefore whether an earlier pager of the space may have written there; then it is
   *     fenced once all of that has arrived
   * @param poller returns from waiting when a transfer has ended; closed after the donor
   * @param notices told in words if the disk cannot be used as well as it could be
   */
  Donor adoptDonor(
      Handle handle,
      String name,
      long baseBytes,
      long bytes,
      boolean usedBefore,
      Poller poller,
      Consumer<String> notices);

  /** The same for one that no pager has written to. */
  default Donor adoptDonor(
      Handle handle,
      String name,
      long baseBytes,
      long bytes,
      Poller poller,
      Consumer<String> notices) {
    return adoptDonor(handle, name, baseBytes, bytes, false, poller, notices);
  }
}
