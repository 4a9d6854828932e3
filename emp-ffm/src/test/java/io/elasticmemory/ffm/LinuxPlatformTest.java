package io.elasticmemory.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Platform;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinuxPlatformTest {
  @Test
  void isFound() {
    assertThat(Platform.find()).isInstanceOf(LinuxPlatform.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Mac OS X on aarch64", "Linux on aarch64", "Windows 11 on amd64"})
  void refusesOtherSystemsByName(String system) {
    Platform platform = new LinuxPlatform(system);
    List<ThrowingCallable> uses =
        List.of(
            platform::memories,
            platform::files,
            platform::sockets,
            platform::processes,
            () -> platform.selfTest(false),
            () -> platform.examine(false, List.of(), List.of()));
    for (ThrowingCallable use : uses) {
      assertThatThrownBy(use)
          .isInstanceOfSatisfying(
              EmpException.class, e -> assertThat(e.kind()).isEqualTo(EmpException.Kind.PLATFORM))
          .hasMessageContaining(system)
          .hasMessageContaining("Linux x86-64 only");
    }
  }
}
