package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.samples.chaos.FaultProxy;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.prove.disk.FaultyDisk;
import io.elasticmemory.tiering.failpoint.Failpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** What a round happens to: its program, exporters, proxies and disk. For any thread. */
final class Scene {
  private final Workplace workplace;
  private final RoundSetting setting;
  private final ChaosTally tally;
  private final StoppedProcesses stopped;
  private final AtomicReferenceArray<LocalExporter> exporters = new AtomicReferenceArray<>(2);
  private final FaultProxy[] proxies = new FaultProxy[2];
  private final RoundDisk disk;
  private final Path failpointFile;
  private final Failpoints failpoints;
  private final Whole whole = new Whole(System.nanoTime());
  private final CountDownLatch over = new CountDownLatch(1);
  private @Nullable String failure;
  private volatile long pagerPid;
  private volatile long accesses;

  Scene(
      Workplace workplace,
      RoundSetting setting,
      long seed,
      ChaosTally tally,
      StoppedProcesses stopped)
      throws IOException {
    this.workplace = workplace;
    this.setting = setting;
    this.tally = tally;
    this.stopped = stopped;
    disk =
        setting.hasTrouble() && FaultyDisk.isPossible()
            ? new TroubledDisk(workplace, setting.spillMib(), seed)
            : SmallDisk.in(workplace, setting.diskMib());
    failpointFile = workplace.directory().resolve("failpoints");
    failpoints = Failpoints.create(failpointFile);
    for (int side = 0; side < 2; side++) {
      LocalExporter exporter = LocalExporter.start(workplace, setting.exporterMib());
      exporters.set(side, exporter);
      proxies[side] = FaultProxy.start(at(exporter), seed + side);
    }
  }

  private static InetSocketAddress at(LocalExporter exporter) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), exporter.port());
  }

  /** The memory path of its program. */
  String path() {
    return setting.path(entry(0), entry(1), disk.file("spill").toString());
  }

  private String entry(int side) {
    return "127.0.0.1:" + setting.exporterMib() + ":" + proxies[side].port();
  }

  RoundSetting setting() {
    return setting;
  }

  ChaosTally tally() {
    return tally;
  }

  StoppedProcesses stopped() {
    return stopped;
  }

  /** What its program is told, so that its pagers can be held. */
  Path failpointFile() {
    return failpointFile;
  }

  Failpoints failpoints() {
    return failpoints;
  }

  RoundDisk disk() {
    return disk;
  }

  Whole whole() {
    return whole;
  }

  FaultProxy proxy(int side) {
    return proxies[side];
  }

  LocalExporter exporter(int side) {
    return exporters.get(side);
  }

  /** Starts another exporter where one was. */
  void startExporter(int side) throws IOException {
    int port = exporter(side).port();
    exporters.set(side, LocalExporter.startAt(port, workplace, setting.exporterMib()));
  }

  // ---- what is seen

  /** Who serves the space, and what its threads have done. */
  void saw(long pager, long accessesOfTheSlowest) {
    pagerPid = pager;
    accesses = accessesOfTheSlowest;
  }

  long pagerPid() {
    return pagerPid;
  }

  long accesses() {
    return accesses;
  }

  // ---- its end

  /** Waits; says true as soon as it is over. */
  boolean pause(long millis) {
    try {
      return over.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  boolean isOver() {
    return over.getCount() == 0;
  }

  /** Nothing more is done to it. */
  void end() {
    over.countDown();
  }

  /** Something is not as it must be; the first one counts. */
  void fail(String what) {
    synchronized (this) {
      if (failure == null) {
        failure = what;
      }
    }
    end();
  }

  synchronized @Nullable String failure() {
    return failure;
  }

  /** Tells the program something. */
  static void tell(Child program, String line) {
    try {
      program.process().getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      program.process().getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the program has ended", e);
    }
  }

  /** Ends what is not a process. */
  void close() throws IOException {
    for (FaultProxy proxy : proxies) {
      proxy.close();
    }
    disk.close();
  }
}
