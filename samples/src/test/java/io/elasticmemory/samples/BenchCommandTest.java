package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCommandTest {
  private static final String[] FIELDS = {
    "workload",
    "mode",
    "sizeMib",
    "threads",
    "blockBytes",
    "subblockBytes",
    "seed",
    "seconds",
    "operations",
    "wrongWords",
    "resultHash",
    "budgetBytes",
    "residentBytesMax",
    "pagerPssBytes",
    "faultsZero",
    "faultsRemote",
    "faultsSsd",
    "faultsMinor",
    "faultsWp",
    "bytesFromRemote",
    "bytesToRemote",
    "bytesFromSsd",
    "bytesToSsd",
    "bytesPromoted",
    "evictionsClean",
    "evictionsDirty"
  };

  private final Cli emp = new Cli();

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"seq", "rand", "rand_rw", "elastic"})
  void runsEveryModeAndFindsNothingWrong(String mode) {
    assertThat(memcheck("--mode", mode)).isZero();
    assertThat(emp.out()).startsWith("memcheck " + mode).contains("wrong words            0");
  }

  @ParameterizedTest
  @CsvSource({"zero, is zero", "stale, has version", "misdirect, of word", "lost, has version"})
  void failsWhenMemoryIsBrokenAndSaysHow(String defect, String words) {
    assertThat(memcheck("--break", defect)).isEqualTo(1);
    assertThat(emp.out()).contains("wrong words            8").contains(words);
  }

  @Test
  void writesTheFieldsThatProgramsRelyOn() throws IOException {
    Path file = directory.resolve("result.json");
    assertThat(memcheck("--json", file.toString(), "--seed", "17")).isZero();
    Map<String, String> json = JsonObject.readFlat(Files.readString(file));
    assertThat(json).containsKeys(FIELDS);
    assertThat(json)
        .containsEntry("workload", "memcheck")
        .containsEntry("mode", "seq")
        .containsEntry("sizeMib", "2")
        .containsEntry("seed", "17")
        .containsEntry("wrongWords", "0");
    assertThat(emp.out()).startsWith("memcheck");
  }

  @Test
  void leavesStandardOutputToTheJson() {
    assertThat(emp.run("bench", "touch", "--local", "--size-mib", "2", "--json", "-")).isZero();
    assertThat(emp.out()).startsWith("{").endsWith("}\n");
    assertThat(emp.err()).startsWith("touch seq, 2 MiB");
  }

  @Test
  void repeatsARunWithItsSeed() {
    memcheck("--seed", "5", "--json", "-");
    Cli again = new Cli();
    again.run("bench", "memcheck", "--local", "--size-mib", "2", "--seed", "5", "--json", "-");
    assertThat(JsonObject.readFlat(again.out()).get("resultHash"))
        .isEqualTo(JsonObject.readFlat(emp.out()).get("resultHash"))
        .startsWith("0x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--mode; sequential; none of seq, rand, rand_rw, elastic",
        "--threads; 0; --threads is 0; give 1 or more",
        "--operations; -1; --operations is -1",
        "--skew; 5; give two percentages",
        "--block; 64q; no size",
        "--seconds; -3; --seconds is -3",
        "--break; nothing; none of zero, stale, misdirect, lost",
        "--resize-min-mib; 5; give both",
        "--resize-max-mib; -5; give both",
        "--json; /no/such/place; cannot be written",
        "--size-mib; many; memcheck: --size-mib: 'many' is no whole number",
        "--threads; 9999999999; --threads: '9999999999' is out of range",
        "--no-such-option; 1; --no-such-option"
      })
  void refusesWhatItCannotDoInOneLine(String option, String value, String reason) {
    assertThat(memcheck(option, value)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains(reason).contains("--help");
    assertThat(emp.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "dram:64|some/spill:64:0; ./some/spill",
        "dram:64|dram:64; dram",
        "dram:64?block=5000|/tmp/x:64:0; power of two",
        "dram:64?block=4k&subblock=64k|/tmp/x:64:0; subblock"
      })
  void refusesAPathThatIsWrongInOneLine(String path, String reason) {
    assertThat(emp.run("bench", "memcheck", "--path", path)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains(reason);
  }

  @Test
  void refusesSizesThatDoNotFitThePath() {
    String path = "dram:64|/tmp/x:64:0";
    assertThat(emp.run("bench", "touch", "--path", path, "--block", "4k", "--subblock", "8k"))
        .isEqualTo(2);
    assertThat(emp.errLines())
        .singleElement()
        .asString()
        .contains(
            "--block, --subblock: subblock 8k is larger", "lower --subblock or raise --block;");
  }

  @Test
  void namesTheOptionOfASizeThatIsNoBlock() {
    String path = "dram:64|/tmp/x:64:0";
    assertThat(emp.run("bench", "touch", "--path", path, "--block", "3k")).isEqualTo(2);
    assertThat(emp.errLines())
        .singleElement()
        .asString()
        .contains("--block: block 3072 is not a power of two");
  }

  @Test
  void asksForAPathOrForOrdinaryMemory() {
    assumeThat(System.getenv("EMP_PMEM_PATH")).isNull();
    assertThat(emp.run("bench", "touch")).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains("--path", "--local");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "0", "many", "4g", "134217729", "17592186044416"})
  void refusesASizeThatIsNone(String size) {
    assertThat(emp.run("bench", "touch", "--local", "--size-mib", size)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains("--size-mib").contains(size);
  }

  @Test
  void refusesMoreOrdinaryMemoryThanThereIs() {
    assertThat(emp.run("bench", "touch", "--local", "--size-mib", "134217728")).isEqualTo(2);
    assertThat(emp.errLines())
        .singleElement()
        .asString()
        .contains("no ordinary memory for --size-mib 134217728", "MaxDirectMemorySize");
  }

  @ParameterizedTest
  @CsvSource({"1, 17592186044416, --resize-max-mib", "99999998, 99999999, --resize-min-mib"})
  void refusesBudgetsThatNoMachineHas(String min, String max, String named) {
    String path = "dram:64|/tmp/x:128:0";
    String[] words = {
      "bench", "touch", "--path", path, "--resize-min-mib", min, "--resize-max-mib", max
    };
    assertThat(emp.run(words)).isEqualTo(2);
    assertThat(emp.errLines())
        .singleElement()
        .asString()
        .contains(named + " is", "MiB of the machine");
  }

  @Test
  void asksForAWorkload() {
    assertThat(emp.run("bench")).isEqualTo(2);
    assertThat(emp.errLines())
        .singleElement()
        .asString()
        .contains("a workload is missing; there are ");
  }

  @Test
  void listsTheWorkloadsIfItGetsAnother() {
    assertThat(emp.run("bench", "memchek")).isEqualTo(2);
    assertThat(emp.errLines())
        .singleElement()
        .asString()
        .contains("'memchek' is no workload; there are memcheck, touch, fault");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "doctor",
        "bench",
        "bench memcheck",
        "bench touch",
        "bench fault",
        "bench prefetch"
      })
  void helpsWithEveryCommand(String command) {
    assertThat(emp.run((command + " --help").split(" "))).isZero();
    assertThat(emp.out()).startsWith("Usage: emp " + command);
  }

  @Test
  void keepsPlantingDefectsOutOfTheHelp() {
    emp.run("bench", "memcheck", "--help");
    assertThat(emp.out()).doesNotContain("--break");
  }

  private int memcheck(String... more) {
    String[] all = new String[5 + more.length];
    String[] first = {"bench", "memcheck", "--local", "--size-mib", "2"};
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return emp.run(all);
  }
}
