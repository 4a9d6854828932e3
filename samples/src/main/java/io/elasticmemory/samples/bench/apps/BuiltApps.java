package io.elasticmemory.samples.bench.apps;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the build has left for these runs: the programs and the libraries. */
public final class BuiltApps {
  private final Path target;

  private BuiltApps(Path target) {
    this.target = target;
  }

  /** Those of the build that this class is of, be it in a jar or not. */
  public static BuiltApps find() {
    try {
      Path place =
          Path.of(BuiltApps.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path found = place;
      while (found != null && !found.endsWith("target")) {
        found = found.getParent();
      }
      if (found == null) {
        throw missing(place + " is not in a folder named target");
      }
      return new BuiltApps(found);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The folder with the classes of the programs. */
  public Path classes() {
    return target.resolve("apps/classes");
  }

  /** The programs, and the libraries of one of them; nothing of EMP. */
  String classPath(App app) throws IOException {
    List<String> entries = new ArrayList<>();
    entries.add(classes().toString());
    for (String jar : app.jars()) {
      entries.addAll(find(jar));
    }
    return String.join(File.pathSeparator, entries);
  }

  private List<String> find(String jar) throws IOException {
    List<String> found = new ArrayList<>();
    // Of what EMP needs itself, only one version may be built with.
    for (String folder : List.of("apps/lib", "lib")) {
      if (found.isEmpty() && Files.isDirectory(target.resolve(folder))) {
        try (DirectoryStream<Path> jars =
            Files.newDirectoryStream(target.resolve(folder), jar + "-*.jar")) {
          jars.forEach(file -> found.add(file.toString()));
        }
      }
    }
    if (found.isEmpty()) {
      throw missing("there is no " + jar + "-*.jar in " + target.resolve("apps/lib"));
    }
    return found;
  }

  private static EmpException missing(String what) {
    return new EmpException(
        Kind.PLATFORM, what + "; run 'mvn -q -DskipTests package' in the project's folder");
  }
}
