package io.elasticmemory.ffm.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HugePagesTest {
  private static final long MIB = 1L << 20;

  private static final List<String> MAPPINGS =
      List.of(
          "7f0000000000-7f0000400000 rw-p 00000000 00:00 0 ",
          "Size:               4096 kB",
          "AnonHugePages:      2048 kB",
          "VmFlags: rd wr mr mw me ac hg ",
          "7f0000400000-7f0000c00000 rw-p 00000000 00:00 0   [anon: x]",
          "AnonHugePages:      8192 kB",
          "7f0000c00000-7f0000d00000 r-xp 00000000 00:00 0 ",
          "AnonHugePages:         0 kB");

  @Test
  void addsUpTheMappingsOfARange() {
    long at = 0x7f0000000000L;
    assertThat(HugePages.ofPrivateMemory(MAPPINGS, at, 4 * MIB)).isEqualTo(2 * MIB);
    assertThat(HugePages.ofPrivateMemory(MAPPINGS, at, 13 * MIB)).isEqualTo(10 * MIB);
    assertThat(HugePages.ofPrivateMemory(MAPPINGS, at + 12 * MIB, MIB)).isZero();
    assertThat(HugePages.ofPrivateMemory(MAPPINGS, at - MIB, MIB)).isZero();
    assertThat(HugePages.ofPrivateMemory(List.of(), at, MIB)).isZero();
  }

  @Test
  void seesWhetherPrivateMemoryMayHaveThem(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("enabled");
    assertThat(HugePages.areForWhoAsks(file)).as("a kernel without them").isFalse();
    Files.writeString(file, "always madvise [never]\n");
    assertThat(HugePages.areForWhoAsks(file)).isFalse();
    Files.writeString(file, "always [madvise] never\n");
    assertThat(HugePages.areForWhoAsks(file)).isTrue();
  }

  @Test
  void saysNoMoreThanTheRangeHas() {
    assertThat(HugePages.ofPrivateMemory(MAPPINGS, 0x7f0000400000L, MIB)).isEqualTo(MIB);
  }
}
