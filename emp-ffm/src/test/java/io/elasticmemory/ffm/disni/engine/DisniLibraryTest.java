package io.elasticmemory.ffm.disni.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where DiSNI's native half is missing, which is nearly everywhere. */
class DisniLibraryTest {
  @Test
  void refusesWithoutTheNativeHalf(@TempDir Path empty) {
    assertThatThrownBy(() -> DisniLibrary.require("/nowhere" + File.pathSeparator + empty))
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(EmpException.Kind.PLATFORM))
        .hasMessageContainingAll("libdisni.so", "/nowhere", "-Djava.library.path");
  }

  @Test
  void refusesWithoutAccessToTheAddressesOfBuffers(@TempDir Path folder) throws Exception {
    Files.createFile(folder.resolve(System.mapLibraryName("disni")));
    assertThatThrownBy(() -> DisniLibrary.require(folder.toString()))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("--add-exports java.base/sun.nio.ch");
  }
}
