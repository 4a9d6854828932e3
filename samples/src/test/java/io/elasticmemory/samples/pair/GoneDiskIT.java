package io.elasticmemory.samples.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The file system of a spill file is made read-only, and taken away, under a program. */
@Timeout(240)
class GoneDiskIT {
  private static final int DATA_MIB = 12;
  private static final int DISK_MIB = 160;

  private record Mount(Path folder) implements Workplace.Change {
    @Override
    public void make() throws IOException {
      if (run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "none", "" + folder) != 0) {
        throw new IOException("cannot mount a tmpfs at " + folder);
      }
    }

    /** By then it has gone, unless the test has failed. */
    @Override
    public void undo() throws IOException {
      int _ = run("umount", "-l", folder.toString());
    }
  }

  private static int run(String... command) throws IOException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void whatIsOpenStaysWritableAndThere() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      Path folder = Files.createDirectory(workplace.directory().resolve("disk"));
      assumeThat(canMount(workplace, folder)).as("mounting is allowed").isTrue();
      String path =
          "dram:4?block=16k&shards=1&faultTimeoutMillis=40000|%s:128:0"
              .formatted(folder.resolve("spill"));
      try (PairProgram program = new PairProgram(workplace, "GoneDiskIT", path, DATA_MIB)) {
        long pager = program.await(_ -> true).pager();
        assertThat(run("mount", "-o", "remount,ro", folder.toString())).as("refused").isNotZero();
        assertThat(run("umount", folder.toString())).as("refused").isNotZero();
        assertThat(run("umount", "-l", folder.toString())).isZero();
        program.measure("its disk has no name any more");
        assertThat(program.await(_ -> true).pager()).isEqualTo(pager);
        program.killPager();
        program.measure("after another pager");
      }
    }
  }

  private static boolean canMount(Workplace workplace, Path folder) {
    try {
      workplace.make(new Mount(folder));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
