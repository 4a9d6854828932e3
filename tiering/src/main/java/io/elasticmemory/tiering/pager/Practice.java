package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.Geometry;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOver.DonorKind;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * What a JVM does that makes an archive for pagers: it loads all that they may need, and serves
 * small spaces of its own, as a {@link Standby} does.
 */
final class Practice {
  private static final Duration TIME_MAX = Duration.ofMinutes(15);
  private static final int TAKE_OVERS = 5;
  private static final int LOADS = 200;
  private static final long CAPACITY_BYTES = 1L << 30;
  private static final long BUDGET_BYTES = 64L << 20;
  private static final int BLOCK_BYTES = 64 << 10;
  private static final int SUBBLOCK_BYTES = 4 << 10;
  private static final long FAULT_TIMEOUT_NANOS = 10_000_000_000L;
  private static final String CLASS = ".class";

  private Practice() {}

  static void run(Platform platform) {
    Thread.ofPlatform().daemon().name("emp-practice-limit").start(Practice::endInTime);
    loadAll();
    try (Rehearsal own = new Rehearsal(platform, usual())) {
      for (int i = 0; i < TAKE_OVERS; i++) {
        own.run(LOADS);
      }
    }
  }

  /** Nobody watches it, and on a busy machine it gets little time. */
  private static void endInTime() {
    try {
      Thread.sleep(TIME_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(1);
  }

  /** A space as most are: with a disk, neither encrypted nor poisoned. */
  private static HandOver usual() {
    DonorPart disk =
        new DonorPart(DonorKind.SPILL_FILE, Donor.SLAB_BYTES, 0, 0, "practice", "", false);
    return new HandOver(
        1,
        1,
        0,
        new Geometry(CAPACITY_BYTES, BLOCK_BYTES, SUBBLOCK_BYTES),
        BUDGET_BYTES,
        FAULT_TIMEOUT_NANOS,
        0,
        true,
        true,
        true,
        false,
        false,
        Stripes.one(CAPACITY_BYTES),
        List.of(disk));
  }

  /**
   * Every class of the class path: an archive that had some, with jars that have been replaced
   * since, would be two builds in one process.
   */
  private static void loadAll() {
    ClassLoader loader = Practice.class.getClassLoader();
    if (!loader.equals(ClassLoader.getSystemClassLoader())) {
      return; // of others no class goes into an archive
    }
    for (String place : System.getProperty("java.class.path").split(File.pathSeparator)) {
      try (JarFile jar = new JarFile(place)) {
        jar.stream().map(JarEntry::getName).forEach(name -> load(name, loader));
      } catch (IOException e) {
        throw new IllegalStateException("no jar: " + place, e);
      }
    }
  }

  private static void load(String entry, ClassLoader loader) {
    if (!entry.endsWith(CLASS) || entry.contains("-")) {
      return; // module-info, and META-INF
    }
    String name = entry.substring(0, entry.length() - CLASS.length()).replace('/', '.');
    try {
      Class<?> _ = Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      return; // what it builds upon is not there, so pagers cannot need it
    }
  }
}
