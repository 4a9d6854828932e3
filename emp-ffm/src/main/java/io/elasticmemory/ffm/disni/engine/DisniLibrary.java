package io.elasticmemory.ffm.disni.engine;

import com.ibm.disni.verbs.RdmaProvider;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.ffm.disni.DisniProvider;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** DiSNI's native half, looked for before DiSNI is asked: its own errors come late, and twice. */
final class DisniLibrary {
  static final String INTERNALS = "sun.nio.ch";

  private DisniLibrary() {}

  /**
   * Looks whether DiSNI can work here.
   *
   * @throws EmpException of kind PLATFORM with what is missing
   */
  static void require() {
    if (!DisniProvider.isInstalled()) {
      require(System.getProperty("java.library.path", ""));
    }
  }

  static void require(String libraryPath) {
    String library = System.mapLibraryName("disni");
    boolean isThere =
        Arrays.stream(libraryPath.split(File.pathSeparator))
            .anyMatch(folder -> Files.isReadable(Path.of(folder, library)));
    if (!isThere) {
      throw new EmpException(
          Kind.PLATFORM,
          "engine=disni needs DiSNI's native half, and %s is not in java.library.path (%s): build it from DiSNI's sources and name its folder with -Djava.library.path, or leave engine=disni out, as EMP needs no DiSNI"
              .formatted(library, libraryPath));
    }
    if (!Object.class.getModule().isExported(INTERNALS, RdmaProvider.class.getModule())) {
      throw new EmpException(
          Kind.PLATFORM,
          "engine=disni needs --add-exports java.base/"
              + INTERNALS
              + "=ALL-UNNAMED: DiSNI takes the addresses of buffers from there");
    }
  }
}
