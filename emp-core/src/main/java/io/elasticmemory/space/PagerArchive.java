package io.elasticmemory.space;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.port.MemoryLimits;
import io.elasticmemory.port.PagerProgram;
import io.elasticmemory.thread.SpaceThreads;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
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
import java.util.zip.CRC32;

/**
 * The JVM's archive of what a pager loads, with which the next one starts in about half the time
 * (an AOT cache: JEP 483, 514 and 515). It is made once for each JDK and each build of EMP, by a
 * process of its own at the lowest priority, and kept in the user's cache.
 *
 * <p>The JVM believes an archive: it does not look whether the jars are still those it was made of.
 * So its name says what they contain, it holds every class of EMP, and nobody else may write where
 * it is. A pager that finds it missing or damaged starts as without.
 */
final class PagerArchive {
  /** A program that ends before that makes none. */
  private static final long MAKE_AFTER_MILLIS = 5_000;

  /** Free memory there must be to make one, several times what that takes. */
  private static final long ROOM_BYTES_MIN = 1L << 30;

  private static final String CLASS_PATH = "-cp";

  private static final Path SHELL = Path.of("/bin/sh");

  /**
   * {@code FILE JAVA OPTION…}: makes it in a directory that others see, and that stays if it fails;
   * then it is tried again an hour later. What was made a month ago is of a build that is gone, or
   * is made again.
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
      nice -n 19 "$java" "-XX:AOTCacheOutput=$new" "$@" &&
        [ -s "$new" ] && sync "$new" && mv -f "$new" "$file" && rmdir "$making"
      find "${file%/*}" -maxdepth 1 -name 'pager-*.aot' -mtime +30 -exec rm -f {} +
      """;

  private static final AtomicBoolean MAKING = new AtomicBoolean();

  private final Path file;
  private final List<String> command;

  private PagerArchive(Path file, List<String> command) {
    this.file = file;
    this.command = command;
  }

  /**
   * The archive for a command.
   *
   * @param command starts a pager without one
   * @param directory where archives are kept, {@link #directory}
   * @return empty if there can be none: classes come from elsewhere than jars, or others could
   *     write to the directory
   */
  static Optional<PagerArchive> of(List<String> command, Path directory) {
    int at = command.indexOf(CLASS_PATH);
    if (at < 0) {
      return Optional.empty();
    }
    try {
      if (!isOurs(Files.createDirectories(directory, ownerOnly()))) {
        return Optional.empty();
      }
      CRC32 sum = new CRC32();
      sum.update(System.getProperty("java.vm.version", "").getBytes(UTF_8));
      sum.update(String.join("\n", command).getBytes(UTF_8));
      long bytes = 0;
      for (String jar : command.get(at + 1).split(File.pathSeparator)) {
        byte[] content = Files.readAllBytes(Path.of(jar));
        sum.update(content);
        bytes += content.length;
      }
      String name = "pager-%08x-%x.aot".formatted(sum.getValue(), bytes);
      return Optional.of(new PagerArchive(directory.resolve(name), List.copyOf(command)));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty(); // a directory of classes, a cache that cannot be written: without
    }
  }

  /** Where a user's archives are kept; empty for a user without a home. */
  static Optional<Path> directory(Properties properties, Map<String, String> environment) {
    String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path home = Path.of(properties.getProperty("user.home", ""));
    Path cache = caches.startsWith("/") ? Path.of(caches) : home.resolve(".cache");
    boolean isThere = Files.isDirectory(caches.startsWith("/") ? cache : home);
    return cache.isAbsolute() && isThere ? Optional.of(cache.resolve("emp")) : Optional.empty();
  }

  private static FileAttribute<Set<PosixFilePermission>> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  }

  /** Whether nobody else can put anything there that our pagers would run. */
  private static boolean isOurs(Path directory) throws IOException {
    Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(directory);
    Object owner = Files.getAttribute(directory, "unix:uid");
    return owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
        && !allowed.contains(PosixFilePermission.GROUP_WRITE)
        && !allowed.contains(PosixFilePermission.OTHERS_WRITE);
  }

  /**
   * What a pager's JVM is told to use it: nothing while there is none. That it cannot be used is
   * not said, above all not on standard output, where the watcher reads.
   */
  List<String> options() {
    return Files.isRegularFile(file)
        ? List.of("-XX:AOTCache=" + file, "-Xlog:aot*=off,cds*=off")
        : List.of();
  }

  /**
   * Has it made if there is none, some seconds from now and if there is memory for that; once in
   * the life of this process.
   */
  void makeLater(Supplier<MemoryLimits> limits) {
    if (!Files.exists(file) && MAKING.compareAndSet(false, true)) {
      SpaceThreads.daemon(
              "emp-pager-archive",
              () -> {
                pause();
                make(limits.get());
              })
          .start();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(MAKE_AFTER_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Begins to make it, if nobody else does and there is room. */
  void make(MemoryLimits limits) {
    long room =
        Math.min(limits.availableBytes(), limits.cgroupLimitBytes() - limits.cgroupUsedBytes());
    if (room < ROOM_BYTES_MIN || !Files.isExecutable(SHELL)) {
      return;
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
    } catch (IOException e) {
      return; // pagers go on to start without
    }
  }
}
