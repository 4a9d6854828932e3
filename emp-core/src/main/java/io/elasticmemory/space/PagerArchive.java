package io.elasticmemory.space;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.port.MemoryLimits;
import io.elasticmemory.port.PagerProgram;
import io.elasticmemory.thread.SpaceThreads;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The JVM's archive of what a pager loads, with which the next one starts in about half the time
 * (an AOT cache: JEP 483, 514 and 515). It is made once for each JDK and each build of EMP, by a
 * process of its own at a low priority, and kept in the user's cache.
 *
 * <p>The JVM believes an archive: that of JDK 25.0.3 does not look whether the jars are still those
 * it was made of (JDK-8377932), nor whether the processor is. So its name says what it was made of,
 * it holds every class of EMP, and nobody else may write where it is. One that is missing or cut
 * short is passed over, and after a pager that failed with it one is started without.
 */
final class PagerArchive {
  /** A program that ends before that makes none. */
  private static final long MAKE_AFTER_MILLIS = 5_000;

  /** Free memory there must be to make one, several times what that takes. */
  private static final long ROOM_BYTES_MIN = 1L << 30;

  /** EMP has 2 MiB of jars: in more there is a whole application, most of which no pager needs. */
  private static final long CLASSES_BYTES_MAX = 16L << 20;

  private static final String CLASS_PATH = "-cp";

  private static final String DIRECTORY = "emp";

  private static final Path SHELL = Path.of("/bin/sh");

  /**
   * {@code FILE JAVA OPTION…}: makes it in a directory that others see, and that stays if it fails;
   * then it is tried again an hour later. What was made half a year ago is of a build that is gone,
   * or is made again.
   */
  private static final String SCRIPT =
      """
      umask 077
      file=$1 java=$2
      shift 2
      making=$file.making
      if ! mkdir "$making"; then
        [ -n "$(find "$making" -maxdepth 0 -mmin +60)" ] && touch "$making" || exit
      fi
      rm -f "$making"/*
      new=$making/$$.aot
      trap 'rm -f "$new"*' EXIT
      trap 'exit 1' HUP INT TERM
      nice -n 10 "$java" "-XX:AOTCacheOutput=$new" "$@" &&
        [ -s "$new" ] && sync "$new" && mv -f "$new" "$file" && rmdir "$making"
      find "${file%/*}" -maxdepth 1 -name 'pager-*.aot' -mtime +180 -exec rm -f {} +
      """;

  private static final AtomicBoolean MAKING = new AtomicBoolean();

  private final Path file;
  private final Path caches;
  private final List<String> command;

  private PagerArchive(Path file, Path caches, List<String> command) {
    this.file = file;
    this.caches = caches;
    this.command = command;
  }

  /**
   * The archive for a command.
   *
   * @param command starts a pager without one
   * @param caches of the user, {@link #caches}
   * @return empty if there can be none: classes come from elsewhere than some small jars, or others
   *     could write to the directory
   */
  static Optional<PagerArchive> of(List<String> command, Path caches) {
    int at = command.indexOf(CLASS_PATH);
    if (at < 0) {
      return Optional.empty();
    }
    try {
      // Links are followed now, once: who could change one must not choose what pagers run.
      Path home = Files.createDirectories(caches, ownerOnly()).toRealPath();
      Path directory = home.resolve(DIRECTORY);
      if (!isOurs(home) || !isOurs(Files.createDirectories(directory, ownerOnly()))) {
        return Optional.empty();
      }
      List<Path> jars =
          Stream.of(command.get(at + 1).split(File.pathSeparator)).map(Path::of).toList();
      long bytes = 0;
      for (Path jar : jars) {
        bytes += Files.size(jar);
      }
      if (bytes > CLASSES_BYTES_MAX) {
        return Optional.empty();
      }
      String name = "pager-%08x-%x.aot".formatted(sum(command, jars), bytes);
      return Optional.of(new PagerArchive(directory.resolve(name), home, List.copyOf(command)));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty(); // a directory of classes, a cache that cannot be written: without
    }
  }

  /** Of all that an archive is good for and nothing else. */
  private static long sum(List<String> command, List<Path> jars) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(System.getProperty("java.vm.version", "").getBytes(UTF_8));
    // It has machine code, which JDK 25 runs on whatever processor it finds.
    sum.update(instructionSet(Path.of("/proc/cpuinfo")).getBytes(UTF_8));
    sum.update(String.join("\n", command).getBytes(UTF_8));
    byte[] piece = new byte[64 << 10];
    for (Path jar : jars) {
      sum.update(Files.getLastModifiedTime(jar).toString().getBytes(UTF_8));
      try (InputStream in = Files.newInputStream(jar)) {
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
          sum.update(piece, 0, read);
        }
      }
    }
    return sum.getValue();
  }

  /** What the first processor says it can do. */
  private static String instructionSet(Path cpus) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(cpus, ISO_8859_1)) {
      String line = lines.readLine();
      while (line != null && !line.startsWith("flags") && !line.startsWith("Features")) {
        line = lines.readLine();
      }
      return line == null ? "" : line;
    }
  }

  /** What a user's programs keep of what can be made again; empty for a user without a home. */
  static Optional<Path> caches(Properties properties, Map<String, String> environment) {
    String named = environment.getOrDefault("XDG_CACHE_HOME", "");
    try {
      if (named.startsWith("/")) {
        return Optional.of(Path.of(named));
      }
      Path home = Path.of(properties.getProperty("user.home", ""));
      boolean isHome = home.isAbsolute() && Files.isDirectory(home);
      return isHome ? Optional.of(home.resolve(".cache")) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  }

  /** Whether nobody else can put anything there that our pagers would run. */
  private static boolean isOurs(Path directory) throws IOException {
    Set<PosixFilePermission> allowed =
        Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
    Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    return owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
        && !allowed.contains(PosixFilePermission.GROUP_WRITE)
        && !allowed.contains(PosixFilePermission.OTHERS_WRITE);
  }

  /** Where it is, or will be. */
  Path file() {
    return file;
  }

  boolean isMade() {
    return Files.isRegularFile(file);
  }

  /**
   * What a pager's JVM is told to use it. That it cannot is not said, above all not on standard
   * output, where the watcher reads. A JVM that finds none starts later than one that is not told.
   */
  List<String> options() {
    return List.of("-XX:AOTCache=" + file, "-Xlog:aot*=off,cds*=off");
  }

  /**
   * Has it made if there is none, some seconds from now and if there is memory for that; once in
   * the life of this process.
   */
  void makeLater(Supplier<MemoryLimits> limits) {
    if (isMade() || !MAKING.compareAndSet(false, true)) {
      return;
    }
    try {
      SpaceThreads.daemon("emp-pager-archive", () -> makeSoon(limits)).start();
    } catch (OutOfMemoryError e) {
      return; // there is no thread to be had, and this one can be done without
    }
  }

  private void makeSoon(Supplier<MemoryLimits> limits) {
    pause();
    boolean _ = make(limits.get());
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(MAKE_AFTER_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Begins to make it, unless somebody else does; false if there is no room or no way to. */
  boolean make(MemoryLimits limits) {
    boolean isRoom = limits.roomBytes() >= ROOM_BYTES_MIN;
    if (!isRoom || !Files.isExecutable(SHELL) || !isStillOfTheJars()) {
      return false;
    }
    List<String> words = new ArrayList<>();
    words.addAll(List.of(SHELL.toString(), "-c", SCRIPT, "emp-pager-archive"));
    words.add(file.toString());
    words.addAll(command);
    words.add(PagerProgram.PRACTICE);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(Redirect.from(new File("/dev/null")))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD);
    Pagers.FOREIGN_VARIABLES.forEach(builder.environment()::remove);
    try {
      builder.start();
      return true;
    } catch (IOException | OutOfMemoryError e) {
      return false; // pagers go on to start without
    }
  }

  private boolean isStillOfTheJars() {
    return of(command, caches).filter(now -> now.file.equals(file)).isPresent();
  }
}
