package io.elasticmemory.ffm.doctor;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.epoll.EpollPoller;
import io.elasticmemory.ffm.file.LinuxFiles;
import io.elasticmemory.port.Check;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.UUID;

/** How fast a disk moves single pages. A block device is only read: what is on it may be wanted. */
final class Disk {
  private static final int PAGE_BYTES = 4096;
  private static final long TRIAL_BYTES = 8L << 20;
  private static final long MIB = 1L << 20;
  private static final int TRANSFERS = 200;

  /** Slower than any disk that works. */
  private static final long ANSWER_NANOS_MAX = 10_000_000_000L;

  /** Slower than this, a disk is a spinning one or badly overloaded. */
  private static final double SLOW_MICROS = 2000;

  private Disk() {}

  static Check examine(Path spill) {
    String name = "disk " + spill;
    try {
      return Files.isDirectory(spill) ? directory(name, spill) : device(name, spill);
    } catch (EmpException | IOException e) {
      return Check.failed(
          name, String.valueOf(e.getMessage()), "name a directory on a local disk, or a device");
    }
  }

  private static Check directory(String name, Path directory) throws IOException {
    FileStore store = Files.getFileStore(directory);
    Path file = directory.resolve("emp-doctor-" + UUID.randomUUID());
    LinuxFiles files = new LinuxFiles();
    Handle handle = files.createSpillFile(file, TRIAL_BYTES, true);
    try (Poller poller = new EpollPoller();
        Donor donor = files.adoptDonor(handle, name, 0, TRIAL_BYTES, poller, _ -> {})) {
      Latencies writes = measure(donor, true);
      Latencies reads = measure(donor, false);
      String found =
          "4 KiB direct read %s; write %s; %d MiB free on %s (%s)"
              .formatted(reads, writes, store.getUsableSpace() / MIB, store.name(), store.type());
      return judge(name, found, store.type(), reads, writes);
    }
  }

  private static Check judge(
      String name, String found, String type, Latencies reads, Latencies writes) {
    if (type.equals("tmpfs")) {
      return Check.warning(name, found, "this is memory: name a directory on a disk");
    }
    return Math.max(reads.micros(0.5), writes.micros(0.5)) > SLOW_MICROS
        ? Check.warning(name, found, "use a faster disk: every fault waits for it")
        : Check.ok(name, found);
  }

  private static Check device(String name, Path device) {
    LinuxFiles files = new LinuxFiles();
    Handle handle = files.openBlockDevice(device, 0, TRIAL_BYTES);
    try (Poller poller = new EpollPoller();
        Donor donor = files.adoptDonor(handle, name, 0, TRIAL_BYTES, poller, _ -> {})) {
      Latencies reads = measure(donor, false);
      String found = "4 KiB direct read " + reads + "; not written to";
      return judge(name, found, "device", reads, reads);
    }
  }

  private static Latencies measure(Donor donor, boolean write) {
    Latencies latencies = new Latencies(TRANSFERS);
    SplittableRandom random = new SplittableRandom(1);
    Transfer transfer = new Transfer();
    // Never freed: a disk that has not answered in time may still write into it.
    MemorySegment frame = Arena.global().allocate(PAGE_BYTES, PAGE_BYTES);
    for (int i = 0; i < TRANSFERS; i++) {
      long position = random.nextLong(TRIAL_BYTES / PAGE_BYTES) * PAGE_BYTES;
      transfer.ask(write, true, position, frame, 0, PAGE_BYTES);
      long start = System.nanoTime();
      donor.start(transfer);
      await(donor, start + ANSWER_NANOS_MAX);
      latencies.add(System.nanoTime() - start);
      requireDone(donor, transfer);
    }
    return latencies;
  }

  private static void await(Donor donor, long end) {
    while (donor.poll(_ -> {}) == 0) {
      if (System.nanoTime() - end >= 0) {
        throw new EmpException(
            EmpException.Kind.DONOR,
            donor.name() + " did not answer within " + ANSWER_NANOS_MAX / 1_000_000 + " ms");
      }
      Thread.onSpinWait();
    }
  }

  private static void requireDone(Donor donor, Transfer transfer) {
    if (transfer.outcome() != Transfer.Outcome.DONE) {
      throw new EmpException(EmpException.Kind.DONOR, donor.lastFailure());
    }
  }
}
