package io.elasticmemory.space;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.PagerLauncher;
import io.elasticmemory.port.PagerProgram;
import io.elasticmemory.port.Platform;
import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;

/**
 * The command that starts a pager: the {@code java} and the jars of this very program, wherever
 * they come from: class path, module path, one shaded jar, or a linked run-time image.
 */
final class PagerCommand {
  /**
   * A small heap, so that a collection passes in a millisecond; no file of performance data, which
   * would be left behind when the pager is killed, and which a slow disk can stop a JVM at. A
   * native call allocates a view of the segment that takes errno unless the compiler sees all of
   * the call at once: so each is compiled by itself, whatever becomes of its callers, and inlined
   * all the way down. The rest is not inlined as deeply as by default, so that less is compiled
   * again and again into one caller after the other: on a single CPU the compiler takes half of it
   * until it is done, and is done in half the time so.
   */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms16m",
          "-Xmx48m",
          "-Xss512k",
          "-XX:-UsePerfData",
          "-XX:MaxInlineLevel=30",
          "-XX:FreqInlineSize=80",
          "-XX:CompileCommand=quiet",
          "-XX:CompileCommand=dontinline,*Calls::*",
          "-XX:ReservedCodeCacheSize=24m");

  /**
   * For a pager that rehearses: the second compiler must not take for granted that what it has not
   * seen does not happen. What it makes of a rehearsal would be thrown away, one method after the
   * other, in the first moments of the real thing, where donors are of other classes. The rest is
   * for its end, when the kernel takes it apart page by page before another has the memory: what
   * the compilers have used is given back soon, 18 MiB, and the JDK's archive of classes is mapped
   * where it was made for; anywhere else each of its pages is changed, 14 MiB.
   */
  private static final List<String> REHEARSING_OPTIONS =
      List.of(
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0",
          "-XX:PerMethodTrapLimit=0",
          "-XX:PerBytecodeTrapLimit=0",
          "-XX:TrimNativeHeapInterval=5000");

  private final PagerProgram program;
  private final Platform platform;
  private final PagerSettings settings;
  private final Optional<PagerArchive> archive;

  PagerCommand(PagerProgram program, Platform platform, PagerSettings settings) {
    this.program = program;
    this.platform = platform;
    this.settings = settings;
    archive = findArchive();
  }

  /** None for who looks for a fault in the pager, with a JVM or classes of their own. */
  private Optional<PagerArchive> findArchive() {
    if (!settings.archive() || !settings.changes().isEmpty()) {
      return Optional.empty();
    }
    return PagerArchive.caches(System.getProperties(), System.getenv())
        .flatMap(caches -> PagerArchive.of(wordsWithoutArchive(false), caches));
  }

  /** What a user can look at when the pager does not start. */
  String remedy() {
    boolean hasArchive = archive.isPresent() && archive.get().isMade();
    return settings.remedy() + (hasArchive ? ", or set EMP_PAGER_ARCHIVE=false" : "");
  }

  /** The archive of its classes, which may still have to be made. */
  Optional<PagerArchive> archive() {
    return archive;
  }

  /**
   * The words of the command, to be followed by the arguments of the program.
   *
   * @param rehearses whether the pager waits for its turn, and rehearses it meanwhile
   */
  List<String> words(boolean rehearses) {
    boolean isMade = archive.isPresent() && archive.get().isMade();
    return isMade ? wordsWithArchive(rehearses) : wordsWithoutArchive(rehearses);
  }

  /** The same for whoever sees to it that the archive has been made, if there can be one. */
  List<String> wordsWithArchive(boolean rehearses) {
    return words(rehearses, archive.map(PagerArchive::options).orElse(List.of()));
  }

  /** The same with no archive, whether it has been made or not. */
  List<String> wordsWithoutArchive(boolean rehearses) {
    return words(rehearses, List.of());
  }

  private List<String> words(boolean rehearses, List<String> archiveOptions) {
    List<String> words = new ArrayList<>();
    words.add(java());
    words.addAll(archiveOptions);
    words.addAll(JVM_OPTIONS);
    if (rehearses) {
      words.addAll(REHEARSING_OPTIONS);
    }
    if (!settings.disk().isEmpty()) {
      words.add("-Demp.pager.disk=" + settings.disk());
    }
    words.addAll(platform.pagerOptions(rehearses));
    words.addAll(settings.options());
    if (settings.classPath().isEmpty() && isInImage(program.getClass())) {
      addImage(words);
    } else {
      addClassPath(words);
    }
    return List.copyOf(words);
  }

  private String java() {
    if (!settings.java().isEmpty()) {
      return settings.java();
    }
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    if (!Files.isExecutable(java)) {
      throw new EmpException(
          Kind.PAGER,
          ("no pager can be started: there is no %s; use a JDK or an image with the java "
                  + "command, or set emp.pager.java")
              .formatted(java));
    }
    return java.toString();
  }

  private void addImage(List<String> words) {
    String module = program.getClass().getModule().getName();
    String platformModule = platform.getClass().getModule().getName();
    words.add("--enable-native-access=" + platformModule);
    words.add("--add-modules=" + platformModule);
    words.add("--module");
    words.add(module + "/" + program.mainClass());
  }

  private void addClassPath(List<String> words) {
    words.add("--enable-native-access=ALL-UNNAMED");
    if (!settings.classPath().isEmpty()) {
      words.addAll(List.of("-cp", settings.classPath(), program.mainClass()));
    } else {
      words.addAll(
          PagerLauncher.find()
              .map(launcher -> launcher.words(program.mainClass()))
              .orElseGet(() -> List.of("-cp", classPath(), program.mainClass())));
    }
  }

  private String classPath() {
    List<Class<?>> classes = new ArrayList<>();
    classes.add(Platform.class);
    classes.add(platform.getClass());
    classes.add(program.getClass());
    classes.add(Logger.class);
    classes.addAll(program.needs());
    classes.addAll(platform.pagerNeeds());
    Set<String> places = new LinkedHashSet<>();
    classes.forEach(type -> places.add(place(type)));
    return String.join(File.pathSeparator, places);
  }

  private static boolean isInImage(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source != null
        && source.getLocation() != null
        && source.getLocation().getProtocol().equals("jrt");
  }

  /** The jar or directory a class comes from. */
  private static String place(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      throw unknownPlace(type, "an unknown place");
    }
    try {
      URI location = source.getLocation().toURI();
      if ("file".equals(location.getScheme())) {
        return Path.of(location).toAbsolutePath().toString();
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      // Answered below, like a place that is no file.
    }
    throw unknownPlace(type, source.getLocation().toString());
  }

  private static EmpException unknownPlace(Class<?> type, String place) {
    return new EmpException(
        Kind.PAGER,
        ("no pager can be started: %s comes from %s, which java cannot be given as a class "
                + "path; set emp.pager.classPath to the jars of EMP")
            .formatted(type.getName(), place));
  }
}
