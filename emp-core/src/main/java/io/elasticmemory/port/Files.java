package io.elasticmemory.port;

import java.nio.file.Path;

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
   * A donor on an open file or device, after checking its kind and size. Takes the handle over.
   *
   * @param name how the user wrote it
   * @param baseBytes position of the donor's byte 0 in the file
   * @param bytes what it grants, a multiple of the slab size
   */
  Donor adoptDonor(Handle handle, String name, long baseBytes, long bytes);
}
