package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.samples.process.MemoryCgroup;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A memory cgroup with room for the local share of the data and for the program itself; with swap
 * for anonymous memory. The limit is local bytes, plus what the program uses before it has data
 * (measured), page tables for the data, and {@value #MARGIN_BYTES} bytes for what is compiled later
 * and for the kernel's own records.
 */
final class PeerSetting implements Setting {
  static final long MARGIN_BYTES = 16L << 20;

  private static final Path PAGE_CLUSTER = Path.of("/proc/sys/vm/page-cluster");
  private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");

  /** A page of page tables maps so many pages. */
  private static final int PAGE_TABLE_SHARE = 512;

  private static final long SWAP_MIB_MORE = 256;

  /** What the kernel gives a disk unless somebody sets something else. */
  private static final int KERNEL_READ_AHEAD_KIB = 128;

  private final LadderRequest request;
  private final Subject subject;
  private final long localBytes;
  private final int pageCluster;
  private final Workplace workplace;
  private final Path file;
  private final MemoryCgroup cgroup;

  /** The last one made is the first one undone. */
  private final Deque<Workplace.Made> made;

  private final Optional<ZramDevice> zram;
  private long ownBytes;
  private long limitBytes;
  private long readAheadKib = -1;

  private PeerSetting(
      LadderRequest request,
      Subject subject,
      int ratioPercent,
      int pageCluster,
      Workplace workplace,
      MemoryCgroup cgroup,
      Deque<Workplace.Made> made)
      throws IOException {
    this.request = request;
    this.subject = subject;
    this.localBytes = request.localMib(ratioPercent) << 20;
    this.pageCluster = pageCluster;
    this.workplace = workplace;
    this.file = workplace.directory().resolve(subject.label());
    this.cgroup = cgroup;
    this.made = made;
    this.zram =
        subject == Subject.ZRAM
            ? ZramDevice.find(request.sizeMib() + SWAP_MIB_MORE << 20)
            : Optional.empty();
  }

  /**
   * Sets one up.
   *
   * @param pageCluster how many pages swap reads at once, as a power of two; -1 for peers that do
   *     not swap
   */
  static PeerSetting create(
      Workplace workplace,
      LadderRequest request,
      Subject subject,
      int ratioPercent,
      int pageCluster,
      MemoryCgroup.Hierarchy hierarchy)
      throws IOException {
    // Files read for the last cell must not be there for the next.
    Files.writeString(DROP_CACHES, "1");
    PeerSetting setting =
        new PeerSetting(
            request,
            subject,
            ratioPercent,
            pageCluster,
            workplace,
            MemoryCgroup.create(workplace, hierarchy),
            new ArrayDeque<>());
    try {
      setting.makeStore();
    } catch (IOException | RuntimeException e) {
      setting.close();
      throw e;
    }
    return setting;
  }

  /** Why this machine cannot have it; empty if it can. */
  static Optional<String> obstacle(Subject subject) throws IOException {
    Optional<MemoryCgroup.Hierarchy> hierarchy = MemoryCgroup.Hierarchy.find();
    if (hierarchy.isEmpty()) {
      return Optional.of("this machine has no memory cgroups");
    }
    Optional<String> obstacle = hierarchy.get().obstacle();
    if (obstacle.isEmpty() && subject.usesSwap()) {
      obstacle = swapObstacle();
    }
    if (obstacle.isEmpty() && subject == Subject.ZRAM && ZramDevice.find(0).isEmpty()) {
      return Optional.of("no unused zram device with lz4; 'modprobe zram' makes one");
    }
    return obstacle;
  }

  private static Optional<String> swapObstacle() throws IOException {
    if (!Files.isWritable(PAGE_CLUSTER)) {
      return Optional.of("swap needs root: " + PAGE_CLUSTER + " cannot be written");
    }
    List<String> areas = SwapArea.areas();
    return areas.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "swap is on already and would be measured too; 'swapoff %s' first"
                .formatted(areas.getFirst()));
  }

  private void makeStore() throws IOException {
    if (subject == Subject.SWAP) {
      made.push(workplace.make(new ReservedFile(file, request.sizeMib() + SWAP_MIB_MORE)));
      made.push(workplace.make(new SwapArea(file)));
    } else if (subject == Subject.ZRAM) {
      ZramDevice device =
          zram.orElseThrow(() -> new IOException("the zram device is in use meanwhile"));
      made.push(workplace.make(device));
      made.push(workplace.make(new SwapArea(device.device())));
    } else {
      made.push(workplace.make(new ReservedFile(file, request.sizeMib())));
      setReadAhead();
    }
  }

  /** Before the file is opened: that is when the kernel looks. */
  private void setReadAhead() throws IOException {
    Optional<Path> setting = ReadAhead.of(workplace.directory());
    OptionalInt wanted =
        subject == Subject.MMAP_128K
            ? OptionalInt.of(KERNEL_READ_AHEAD_KIB)
            : request.kernel().readAheadKib();
    if (setting.isPresent() && wanted.isPresent()) {
      String kib = Integer.toString(wanted.getAsInt());
      made.push(workplace.make(new KernelFile(setting.get(), kib)));
    }
    if (setting.isPresent()) {
      readAheadKib = Long.parseLong(Files.readString(setting.get()).strip());
    }
  }

  /** Filling and the pass have run with what the machine had, which is quick for both. */
  @Override
  public void beforeWorkload() throws IOException {
    if (pageCluster >= 0) {
      made.push(workplace.make(new KernelFile(PAGE_CLUSTER, Integer.toString(pageCluster))));
    }
  }

  @Override
  public String memory() {
    return switch (subject) {
      case MMAP, MMAP_128K -> TestedMemory.FILE + file;
      case MMAP_RANDOM -> TestedMemory.FILE_RANDOM + file;
      default -> TestedMemory.ANONYMOUS;
    };
  }

  @Override
  public List<String> starting(List<String> command) {
    return cgroup.starting(command);
  }

  @Override
  public void limit(long scratchBytes) throws IOException {
    long dataBytes = request.sizeMib() << 20;
    long programBytes = cgroup.unreclaimableBytes() - (subject.usesSwap() ? scratchBytes : 0);
    ownBytes = programBytes + dataBytes / PAGE_TABLE_SHARE + MARGIN_BYTES;
    limitBytes = localBytes + ownBytes;
    cgroup.limit(limitBytes);
  }

  @Override
  public Map<Figure, Double> observe() throws IOException {
    Map<Figure, Double> seen = new EnumMap<>(Figure.class);
    seen.put(Figure.localBytes, (double) localBytes);
    seen.put(Figure.ownBytes, (double) ownBytes);
    seen.put(Figure.limitBytes, (double) limitBytes);
    seen.put(Figure.pageCluster, (double) pageCluster);
    seen.put(Figure.readAheadKib, (double) readAheadKib);
    if (zram.isPresent()) {
      ZramDevice.Usage usage = zram.get().usage();
      seen.put(Figure.zramDataBytes, (double) usage.dataBytes());
      seen.put(Figure.zramUsedBytes, (double) usage.usedBytes());
    }
    return seen;
  }

  /** What cannot be undone now is tried again at the end of the workplace's life, and said. */
  @Override
  public void close() throws IOException {
    cgroup.close();
    while (!made.isEmpty()) {
      made.pop().close();
    }
  }

  /** A file with all its blocks, so that neither a mapping nor swap can run out of disk. */
  private record ReservedFile(Path file, long mib) implements Workplace.Change {
    @Override
    public void make() throws IOException {
      SwapArea.run("fallocate", "-l", mib + "MiB", file.toString());
      // What is swapped is nobody else's to read.
      file.toFile().setReadable(false, false);
      file.toFile().setReadable(true, true);
    }

    @Override
    public void undo() throws IOException {
      Files.deleteIfExists(file);
    }
  }
}
