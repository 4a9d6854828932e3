package io.elasticmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.MemPath.Backup;
import io.elasticmemory.MemPath.BlockDevice;
import io.elasticmemory.MemPath.Compressed;
import io.elasticmemory.MemPath.Compression;
import io.elasticmemory.MemPath.Disk;
import io.elasticmemory.MemPath.Dram;
import io.elasticmemory.MemPath.Exporter;
import io.elasticmemory.MemPath.LinkOptions;
import io.elasticmemory.MemPath.Pool;
import io.elasticmemory.MemPath.Reserve;
import io.elasticmemory.MemPath.SpillFile;
import io.elasticmemory.MemPath.Transport;
import io.elasticmemory.SpaceOptions.Encryption;
import io.elasticmemory.SpaceOptions.OnLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemPathTest {

  @Nested
  class Reads {

    @Test
    void everyKindOfEntryInAnyOrder() {
      MemPath path =
          MemPath.parse(
              "/data/spill:8192:0|10.0.0.1:4096:20000|[fe80::1]:64:0|dram:1024|node-7.lan:32:1"
                  + "|zdram:512|/dev/nvme0n1:2048:2|pool:128:zk1:2181,zk2:2181/emp");

      assertThat(path.entries())
          .containsExactly(
              new SpillFile("/data/spill", 8192),
              new Exporter("10.0.0.1", 4096, 20000),
              new Exporter("fe80::1", 64, 0),
              new Dram(1024),
              new Exporter("node-7.lan", 32, 1),
              new Compressed(512),
              new BlockDevice("/dev/nvme0n1", 2048, 2),
              new Pool(128, "zk1:2181,zk2:2181/emp"));
    }

    @Test
    void everyOption() {
      MemPath path =
          MemPath.parse(
              "dram:1024?block=2m&subblock=128k&shards=4&onLoss=poison&usermode=true"
                  + "&faultTimeoutMillis=500&promote=off&elastic=off&sampling=off&standby=on&encrypt=none"
                  + "|h:1:1?transport=rdma&device=mlx5_0&replicas=3&compress=LZ4|./f:1:0?reserve=lazy"
                  + "|pool:1:zk?replicas=3");

      assertThat(path.options())
          .isEqualTo(
              new SpaceOptions(
                  2 << 20,
                  128 << 10,
                  4,
                  SpaceOptions.MIN_MIB_AUTO,
                  OnLoss.POISON,
                  true,
                  500,
                  false,
                  false,
                  false,
                  true,
                  Encryption.NONE));
      assertThat(path.entries(Exporter.class).getFirst().link())
          .isEqualTo(new LinkOptions(Transport.RDMA, "mlx5_0", 3, Compression.LZ4));
      assertThat(path.entries(Pool.class).getFirst().link().replicas()).isEqualTo(3);
      assertThat(path.entries(SpillFile.class).getFirst().reserve()).isEqualTo(Reserve.LAZY);
    }

    @Test
    void whatIsToBeEncrypted() {
      MemPath path = MemPath.parse("dram:64?encrypt=AES-GCM|h:128:1|/f:128:0");

      assertThat(path.options().encrypt()).isEqualTo(Encryption.AES_GCM);
      assertThat(path.toString()).startsWith("dram:64?encrypt=aes-gcm|");
      assertThat(MemPath.parse(path.toString())).isEqualTo(path);
      assertThat(path.unsupported()).isEmpty();
    }

    @Test
    void defaults() {
      MemPath path = MemPath.parse("dram:1024|h:1:0|/f:1:0");

      assertThat(path.options()).isEqualTo(SpaceOptions.DEFAULTS);
      assertThat(path.options().blockBytes()).isEqualTo(65536);
      assertThat(path.options().subblockBytes()).isEqualTo(4096);
      assertThat(path.options().subblocksPerBlock()).isEqualTo(16);
      assertThat(path.options().shards()).isEqualTo(SpaceOptions.SHARDS_AUTO);
      assertThat(path.options().onLoss()).isEqualTo(OnLoss.HALT);
      assertThat(path.options().faultTimeoutMillis()).isEqualTo(10_000);
      assertThat(path.options().promote()).isTrue();
      assertThat(path.options().elastic()).isTrue();
      assertThat(path.options().sampling()).isTrue();
      assertThat(path.options().isEncrypted()).isFalse();
      assertThat(path.entries(Exporter.class).getFirst().port()).isEqualTo(19675);
      assertThat(path.entries(SpillFile.class).getFirst().reserve()).isEqualTo(Reserve.FULL);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "'dram:64|h:1:2?replicas=3'",
          "\"dram:64|h:1:2?replicas=3\"",
          " ' DRAM:64 | H:1:2 ? REPLICAS = 3 ' ",
          "dram : 64|h : 1 : 2 ?replicas=3",
          "\tDram:64|\n h:1:2?replicas=3\n",
          "dram:0064|h:01:2?replicas=03"
        })
    void quotesBlanksAndCaseAlike(String text) {
      assertThat(MemPath.parse(text))
          .isEqualTo(
              MemPath.of(
                  new Dram(64), new Exporter("h", 1, 2, new LinkOptions(Transport.TCP, "", 3))));
    }

    @Test
    void whatTheCgroupLeaves() {
      assertThat(MemPath.parse("dram:-1").dram().isAuto()).isTrue();
      assertThat(MemPath.parse("dram:1").dram().isAuto()).isFalse();
      assertThat(MemPath.parse("dram:-1?block=4k").toString()).isEqualTo("dram:-1?block=4k");
    }

    @Test
    void whatFollowsMemoryPressure() {
      MemPath path = MemPath.parse("dram:AUTO?min=512&block=4k|./f:128:0");
      assertThat(path.dram().isFollowing()).isTrue();
      assertThat(path.dram().isAuto()).isTrue();
      assertThat(path.options().minMib()).isEqualTo(512);
      assertThat(path.toString()).isEqualTo("dram:auto?block=4k&min=512|./f:128:0");
      assertThat(MemPath.parse(path.toString())).isEqualTo(path);
      assertThat(MemPath.parse("dram:-1|./f:128:0").dram().isFollowing()).isFalse();
      assertThat(MemPath.of(new Dram(MemPath.DRAM_FOLLOWING), new SpillFile("./f", 128)))
          .hasToString("dram:auto|./f:128:0");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        value = {
          "dram:auto; what was in it has nowhere to go",
          "dram:auto|zdram:64; add an exporter, a file or a device",
          "dram:64?min=32|./f:128:0; write dram:auto, or remove it",
          "dram:-1?min=32|./f:128:0; write dram:auto, or remove it",
          "dram:auto?min=-1|./f:128:0; min -1 is not between 0",
          "dram:-2|./f:128:0; size -2 MiB is not positive",
          "./f:128:0?min=3|dram:auto; belongs to the dram entry",
        })
    void refusesToFollowInVain(String text, String reason) {
      assertThatThrownBy(() -> MemPath.parse(text))
          .isInstanceOf(EmpException.class)
          .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({"4096,4096", "4k,4096", "4K,4096", "1024k,1048576", "2m,2097152", "2M,2097152"})
    void sizesOfBlocks(String text, int bytes) {
      assertThat(MemPath.parse("dram:1?block=" + text).options().blockBytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/f",
          "./f",
          "./../f",
          "/a b/c",
          "/home/o'brien/x",
          "/dev/shm/emp",
          "/dev/../data/f",
          "/é/ü",
          "/devices/f",
          "/a&b=c"
        })
    void namesOfFiles(String name) {
      assertThat(MemPath.parse("dram:1|" + name + ":5:0").entries(Disk.class))
          .containsExactly(new SpillFile(name, 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/nvme0n1", "/dev/ram0", "/dev/mapper/vg-x", "//dev/./sda"})
    void namesOfDevices(String name) {
      assertThat(MemPath.parse("dram:1|" + name + ":5:7").entries(Disk.class))
          .containsExactly(new BlockDevice(name, 5, 7));
    }

    @ParameterizedTest
    @CsvSource({
      "127.0.0.1,127.0.0.1",
      "localhost,localhost",
      "my_service,my_service",
      "3com.example,3com.example",
      "node1.data,node1.data",
      "[::1],::1",
      "[ FE80::1%Eth0 ],fe80::1%Eth0",
      "[::ffff:10.0.0.1],::ffff:10.0.0.1",
      "[2001:db8:0:0:0:0:0:1],2001:db8:0:0:0:0:0:1"
    })
    void hosts(String text, String host) {
      Exporter exporter =
          MemPath.parse("dram:1|" + text + ":5:7").entries(Exporter.class).getFirst();

      assertThat(exporter).isEqualTo(new Exporter(host, 5, 7));
    }
  }

  @Nested
  class Refuses {

    @ParameterizedTest
    @CsvSource(
        delimiter = '!',
        quoteCharacter = '`',
        value = {
          "dram ! the size is missing; write dram:<MiB>",
          "dram: ! the size is missing; write a whole number",
          "dram:0 ! size 0 MiB is not positive; write",
          "dram:-2 ! size -2 MiB is not positive; write",
          "dram:x ! size 'x' is not a whole number; write one",
          "dram:+5 ! size '+5' is not a whole number; write one",
          "dram:1.5 ! size '1.5' is not a whole number",
          "dram:1g ! size '1g' has a unit; sizes are whole MiB",
          "dram:512MiB ! size '512MiB' has a unit",
          "dram:99999999999999999999 ! size 99999999999999999999 is out of any range, at most"
              + " 134217728; write",
          "dram:134217729 ! size 134217729 MiB is more than 134217728 MiB (128 TiB)",
          "dram:9223372036854775807 ! is more than 134217728 MiB",
          "dram:1:0 ! 3 fields are too many; write dram:<MiB>",
          "zdram:-1 ! size -1 MiB is not positive",
          "zdram:1:2 ! 3 fields are too many; write zdram:<MiB>",
          "h:-1:0 ! size -1 MiB is not positive",
          "h ! size and port are missing; write <host>:<MiB>:<port>, or a file as ./<file>",
          "h:5 ! the port is missing; write h:<MiB>:0 for port 19675",
          "drm:1024 ! the port is missing; write drm:<MiB>:0 for port 19675, or did you mean dram?",
          "h::5 ! the size is missing",
          "h:5: ! port '' is not a whole number; write one, for example 0",
          "h:5:x ! port 'x' is not a whole number",
          "h:5:65536 ! port 65536 is not between 0 and 65535; write",
          "h:5:-1 ! port -1 is not between 0 and 65535",
          "h:5:7:9 ! 4 fields are too many; write h:<MiB>:<port>",
          ":5:7 ! the entry begins with ':'; write",
          "memdev:64:0 ! memory of a NUMA node is no tier here; remove",
          "10.0.0:5:7 ! '10.0.0' is not an IPv4 address; write four numbers",
          "10.0.0.256:5:7 ! '10.0.0.256' is not an IPv4 address",
          "10.0.0.01:5:7 ! '10.0.0.01' is not an IPv4 address",
          "1024:5:7 ! '1024' is not an IPv4 address",
          "fe80::1:5:7 ! an IPv6 address needs brackets; write it as in [fe80::1]",
          "1:2:3:4:5:6:7:8:5:7 ! 10 fields are too many",
          "[fe80::1:5:7 ! brackets hold an IPv6 address; write it as in",
          "[h]:5:7 ! brackets hold an IPv6 address",
          "[]:5:7 ! brackets hold an IPv6 address",
          "[::1]x:5:7 ! 'x' follows the closing bracket; write it as in",
          "[1:2]:5:7 ! '1:2' is not an IPv6 address; write it as in",
          "[::1::]:5:7 ! '::1::' is not an IPv6 address",
          "[::g]:5:7 ! '::g' is not an IPv6 address",
          "[::12345]:5:7 ! '::12345' is not an IPv6 address",
          "[::1]:5 ! the port is missing",
          "a/b:5:0 ! relative file name 'a/b'; write ./a/b",
          "../f:5:0 ! relative file name '../f'; write ./../f",
          "spill.dat:5:0 ! 'spill.dat' looks like a relative file name; write ./spill.dat",
          "my file:5:0 ! 'my file' is neither a host nor a file name; write",
          "-x:5:0 ! '-x' is neither a host nor a file name",
          "/f ! the size is missing; write <file>:<MiB>:0",
          "/f:5 ! the last field is missing; write <file>:<MiB>:0",
          "/dev/sda:5 ! the last field is missing; write /dev/<device>:<MiB>:<base MiB>",
          "/f:0:0 ! size 0 MiB is not positive",
          "/f:5:1 ! base 1 of a file is not 0, a new file begins at 0; write /f:5:0",
          "/dev/sda:5:-1 ! base -1 MiB is not between 0 and 134217728 MiB; write",
          "/dev/sda:5:x ! base 'x' is not a whole number",
          "/a:b:5:0 ! 4 fields are too many; write <file>:<MiB>:0",
          "/dir/:5:0 ! '/dir/' names a directory; add the name of a file in it",
          "./:5:0 ! './' names a directory",
          "/:5:0 ! '/' names a directory",
          "/a/..:5:0 ! '/a/..' names a directory",
          "pool:5 ! a field is missing; write pool:<MiB>:<connect string>",
          "pool:5: ! connect string '' is not a list of hosts; write",
          "pool:x:zk ! size 'x' is not a whole number",
          "pool:5:zk 1 ! connect string 'zk 1' is not a list of hosts",
        })
    void anEntryWithItsNameTheReasonAndTheRemedy(String entry, String why) {
      String path = entry.startsWith("dram") ? entry : "dram:1|" + entry;

      assertRefused(path, "memory path entry '" + entry + "': ", why);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '!',
        value = {
          "dram:1?blok=4k ! unknown option 'blok'; did you mean 'block'?",
          "dram:1?sub=4k ! unknown option 'sub'; did you mean 'subblock'?",
          "dram:1?onlos=halt ! unknown option 'onlos'; did you mean 'onLoss'?",
          "dram:1?promot=on ! did you mean 'promote'?",
          "dram:1?faulttimeoutmilis=5 ! did you mean 'faultTimeoutMillis'?",
          "dram:1?colour=red ! unknown option 'colour'; remove it or use one of block, subblock,",
          "dram:1? ! an option is empty; write ?name=value&name=value",
          "dram:1?block=4k& ! an option is empty",
          "dram:1?=4k ! an option is empty",
          "dram:1?block ! option 'block' has no value; write block=<value>",
          "dram:1?block= ! option 'block' has no value",
          "dram:1?block=4k&Block=4k ! option 'block' is there twice; keep one",
          "dram:1?reserve=lazy ! option 'reserve' belongs to a spill file; move it there",
          "dram:1?replicas=3 ! option 'replicas' belongs to an exporter or a pool; move it",
          "h:1:1?block=4k ! option 'block' belongs to the dram entry; move it there",
          "h:1:1?replica=2 ! unknown option 'replica'; did you mean 'replicas'?",
          "zdram:1?x=1 ! unknown option 'x', this entry takes none; remove it",
          "/dev/sda:1:0?reserve=lazy ! option 'reserve' belongs to a spill file",
          "dram:1?block=3k ! block 3072 is not a power of two; use 4k",
          "dram:1?block=2k ! block 2k is not between 4k and 2m; use",
          "dram:1?block=0 ! block 0 is not a power of two",
          "dram:1?block=4m ! block 4m is larger than 2m; use",
          "dram:1?block=9999999m ! block 9999999m is larger than 2m",
          "dram:1?block=99999999999k ! is not a size between 4k and 2m; write it as in block=64k",
          "dram:1?block=-4k ! block '-4k' is not a size between 4k and 2m",
          "dram:1?block=4kb ! block '4kb' is not a size",
          "dram:1?subblock=128k ! subblock 128k is larger than block 64k; lower subblock=",
          "dram:1?subblock=5k ! subblock 5120 is not a power of two",
          "dram:1?shards=0 ! shards 0 is not between 1 and 16; choose",
          "dram:1?shards=17 ! shards 17 is not between 1 and 16; choose",
          "dram:1?shards=x ! shards 'x' is not a whole number below 1000000000; write",
          "dram:1?onLoss=ignore ! onLoss 'ignore' is unknown; write onLoss=halt or onLoss=poison",
          "dram:1?usermode=yes ! usermode 'yes' is unknown; write usermode=true or usermode=false",
          "dram:1?elastic=no ! elastic 'no' is unknown; write elastic=on or elastic=off",
          "dram:1?promote=true ! promote 'true' is unknown; write promote=on or promote=off",
          "dram:1?encrypt=aes ! encrypt 'aes' is unknown; write encrypt=none or encrypt=aes-gcm",
          "dram:1?faultTimeoutMillis=0 ! faultTimeoutMillis 0 is not between 1 and 3600000",
          "dram:1?faultTimeoutMillis=3600001 ! is not between 1 and 3600000; choose",
          "h:1:1?transport=udp ! transport 'udp' is unknown; write transport=tcp or transport=rdma",
          "h:1:1?engine=disni ! engine=disni needs transport=rdma; add that or remove it",
          "h:1:1?transport=rdma&engine=ucx ! engine 'ucx' is unknown; write",
          "h:1:1?transport=rdma&engine=disni&device=m ! does not say what devices are called",
          "h:1:1?device=mlx5_0 ! device=mlx5_0 needs transport=rdma; add that or remove it",
          "h:1:1?transport=rdma&device=a/b ! device 'a/b' is not a device name; write",
          "h:1:1?replicas=2&backup=ssd ! replicas=2 and backup=ssd are two ways to keep another",
          "h:1:1?backup=tape ! backup 'tape' is unknown; write backup=none or backup=ssd",
          "h:1:1?replicas=0 ! replicas 0 is not between 1 and 8",
          "h:1:1?compress=zip ! compress 'zip' is unknown; write compress=none or compress=lz4",
          "dram:1?compress=lz4 ! option 'compress' belongs to an exporter or a pool or a spill",
          "./f:1:0?compress=lz4 ! a disk moves at least 4k, the size of a subblock here",
          "/dev/sda:1:0?compress=lz4 ! compress saves nothing; write subblock=16k or more after",
          "./f:1:0?reserve=half ! reserve 'half' is unknown; write reserve=full or reserve=lazy",
        })
    void anOptionThatIsWrong(String entry, String why) {
      String path = entry.startsWith("dram") ? entry : "dram:1|" + entry;

      assertRefused(path, "memory path entry '" + entry + "': ", why);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '!',
        quoteCharacter = '`',
        value = {
          "h:1:1 ! has no dram entry; add one",
          "dram:1|h:1:1|DRAM:2 ! has 2 dram entries ('dram:1' and 'dram:2'); keep one",
          "dram:1|h:1:0|H:2:19675 ! entry 'h:2:19675': the same memory is in another entry; remove",
          "dram:1|[::1]:1:0|[0:0::1]:2:0 ! entry '[0:0::1]:2:19675': the same memory",
          "dram:1|/a/f:1:0|/a/./b/../f:2:0 ! entry '/a/./b/../f:2:0': the same memory",
          "dram:1|/dev/a:4:0|/dev/a:4:3 ! entry '/dev/a:4:3': the same memory",
          "dram:1?encrypt=aes-gcm|h:1:1?compress=lz4 ! entry 'h:1:1?compress=lz4': what is"
              + " encrypted",
          "dram:1?encrypt=aes-gcm&subblock=8k|/f:1:0?compress=lz4 ! does not compress; remove",
          "dram:1?encrypt=aes-gcm|pool:1:zk?compress=lz4 ! entry 'pool:1:zk?compress=lz4': what is",
          "dram:1|h:9:0?backup=ssd ! entry 'h:9:19675?backup=ssd': backup=ssd keeps its copy in a",
          "dram:1|h:9:0?backup=ssd|g:9:0 ! and there is none; add one of at least 9 MiB, or remove",
          "dram:1|h:1:0?replicas=2 ! entry 'h:1:19675?replicas=2': exporters with replicas=2 keep",
          "dram:1|a:1:0?replicas=2|b:1:0?replicas=2|c:1:0?replicas=2 ! entry"
              + " 'c:1:19675?replicas=2': ex",
          "dram:1|h:1:0?replicas=2|h:2:0?replicas=2 ! entry 'h:2:19675?replicas=2': the same"
              + " memory",
          "dram:1|zdram:1|zdram:2 ! entry 'zdram:2': the same memory",
          "dram:1|pool:1:zk|pool:2:zk ! entry 'pool:2:zk': the same memory",
          "dram:1| ! entry '': the entry is empty; remove the '|'",
          "|dram:1 ! entry '': the entry is empty; remove the '|'",
          "dram:1||h:1:1 ! entry '': the entry is empty; remove the '|'",
          "'dram:1 ! has a quote at one end only; put the same quote at both ends or none",
          "dram:1' ! has a quote at one end only",
          "'dram:1\" ! has a quote at one end only",
          "' ! has a quote at one end only",
          "'' ! is empty; write for example dram:1024",
          "'\"dram:1\"' ! entry '\"dram:1\"': ",
          "dram:1|a:134217728:0|b:1:0 ! has 134217729 MiB below dram, more than 134217728 MiB",
        })
    void aPathWhoseEntriesDoNotFit(String path, String why) {
      assertRefused(path, "memory path ", why);
    }

    @Test
    void anEmptyPath() {
      assertRefused("", "memory path is empty; ", "write for example");
      assertRefused(" \n", "memory path is empty; ", "write for example");
    }

    @Test
    void moreThan126Donors() {
      List<String> entries = new ArrayList<>(List.of("dram:1"));
      IntStream.rangeClosed(1, 126).forEach(port -> entries.add("h:1:" + port));
      assertThat(MemPath.parse(String.join("|", entries)).entries(Exporter.class)).hasSize(126);

      entries.add("./one-more:1:0");
      assertRefused(
          String.join("|", entries), "memory path has 127 entries below dram, more than 126", ";");
    }

    @Test
    void charactersThatAFileNameCannotHaveHere() {
      assertRefused("dram:1|/a\u0000b:1:0", "memory path entry '/a\\u0000b:1:0': ", "rename it");
      assertRefused("dram:1|/a\nb:1:0", "memory path entry '/a\\nb:1:0': ", "rename it");
    }

    @Test
    void veryLongTextsWithoutShowingThemInFull() {
      for (String part :
          List.of("a.", "x", ":", "1", "[", "[:", "::", "?a=b&", "/", "|", "'", "?")) {
        String text = "dram:1|" + part.repeat(100_000);
        assertThatThrownBy(() -> MemPath.parse(text))
            .isInstanceOf(EmpException.class)
            .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
      }
    }

    @Test
    void entriesMadeInCodeByTheSameRules() {
      List<Runnable> mistakes =
          List.of(
              () -> new Dram(0),
              () -> new Compressed(-1),
              () -> new Exporter("my host", 1, 1),
              () -> new Exporter("h", 0, 1),
              () -> new Exporter("h", 1, 65536),
              () -> new Pool(1, "zk?x"),
              () -> new SpillFile("f", 1),
              () -> new SpillFile("/a:b", 1),
              () -> new SpillFile("/a|b", 1),
              () -> new SpillFile("/a?b", 1),
              () -> new SpillFile("/a ", 1),
              () -> new SpillFile("/dev/sda", 1),
              () -> new SpillFile("/" + "x".repeat(4095), 1),
              () -> new BlockDevice("/f", 1, 0),
              () -> new BlockDevice("/dev/sda", 1, -1),
              () -> SpaceOptions.DEFAULTS.withBlock(4096, 8192),
              () -> SpaceOptions.DEFAULTS.withBlock(Integer.MIN_VALUE, 4096),
              () -> SpaceOptions.DEFAULTS.withShards(-1),
              () -> MemPath.of(new Compressed(1)));
      assertThat(mistakes)
          .allSatisfy(
              mistake ->
                  assertThatThrownBy(mistake::run)
                      .isInstanceOfSatisfying(
                          EmpException.class, e -> assertOneLineWithRemedy(e, "")));
    }
  }

  @Nested
  class FromTheEnvironment {

    @Test
    void takesTheFirstNameThatIsSet() {
      assertThat(MemPath.fromEnvironment(Map.of("EMP_PMEM_PATH", "dram:1")).dram().mib())
          .isEqualTo(1);
      assertThat(MemPath.fromEnvironment(Map.of("EMP_MEM_PATH", "'dram:2'")).dram().mib())
          .isEqualTo(2);
      assertThat(
              MemPath.fromEnvironment(Map.of("EMP_PMEM_PATH", " ", "EMP_MEM_PATH", "dram:3"))
                  .dram()
                  .mib())
          .isEqualTo(3);
    }

    @Test
    void acceptsBothWhenTheyAgree() {
      Map<String, String> both = Map.of("EMP_PMEM_PATH", "dram:1", "EMP_MEM_PATH", "dram:1 ");

      assertThat(MemPath.fromEnvironment(both)).isEqualTo(MemPath.of(new Dram(1)));
    }

    @Test
    void refusesTwoThatDiffer() {
      Map<String, String> both = Map.of("EMP_PMEM_PATH", "dram:1", "EMP_MEM_PATH", "dram:2");

      assertThatThrownBy(() -> MemPath.fromEnvironment(both))
          .isInstanceOfSatisfying(
              EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PATH))
          .hasMessage("EMP_PMEM_PATH is 'dram:1' but EMP_MEM_PATH is 'dram:2'; unset one of them");
    }

    @Test
    void refusesNone() {
      assertThatThrownBy(() -> MemPath.fromEnvironment(Map.of()))
          .isInstanceOf(EmpException.class)
          .hasMessageStartingWith("EMP_PMEM_PATH is not set; set it to a memory path");
      assertThatThrownBy(() -> MemPath.fromEnvironment(Map.of("EMP_MEM_PATH", " ")))
          .hasMessageStartingWith("EMP_MEM_PATH is empty; set it to a memory path");
    }

    @Test
    void namesTheVariableOfAPathThatIsWrong() {
      assertThatThrownBy(() -> MemPath.fromEnvironment(Map.of("EMP_PMEM_PATH", "dram:x")))
          .hasMessageStartingWith("EMP_PMEM_PATH: memory path entry 'dram:x'");
    }
  }

  @Nested
  class Knows {

    @Test
    void itsSizesPerTier() {
      MemPath path = MemPath.parse("dram:1|a:2:0|b:3:0|pool:4:zk|./f:5:0|/dev/x:6:0|zdram:7");

      assertThat(path.mib(Tier.DRAM)).isEqualTo(1);
      assertThat(path.mib(Tier.COMPRESSED)).isEqualTo(7);
      assertThat(path.mib(Tier.REMOTE)).isEqualTo(9);
      assertThat(path.mib(Tier.SSD)).isEqualTo(11);
      assertThat(path.entries(Disk.class)).extracting(Disk::baseMib).containsOnly(0L);
    }

    @Test
    void theAddressOfAnExporter() {
      assertThat(new Exporter("H", 1, 0).address()).isEqualTo("h:19675");
      assertThat(new Exporter("::1", 1, 5).address()).isEqualTo("[::1]:5");
    }

    @Test
    void thatRangesOfADeviceMayTouchButNotOverlap() {
      assertThat(MemPath.parse("dram:1|/dev/a:4:0|/dev/a:4:4|/dev/b:4:0").entries()).hasSize(4);
    }

    @Test
    void nothingUnsupportedInAPathThatCanBeOpened() {
      MemPath path =
          MemPath.parse(
              "dram:-1?block=2m&subblock=2m&shards=16&onLoss=halt&usermode=true&promote=off&elastic=off"
                  + "&sampling=off|h:1:0?transport=tcp&replicas=1|./f:1:0?reserve=lazy|/dev/x:1:0");

      assertThat(path.unsupported()).isEmpty();
      path.requireSupported();
    }

    @Test
    void pairsOfExportersCanBeOpened() {
      assertThat(
              MemPath.parse("dram:1|a:1:0?replicas=2|c:1:0|b:2:0?replicas=2|./f:1:0").unsupported())
          .isEmpty();
    }

    @Test
    void anExporterWithACopyOnADiskCanBeOpened() {
      MemPath path = MemPath.parse("dram:1|a:1:0?backup=SSD|./f:1:0|b:1:0?backup=none");
      assertThat(path.unsupported()).isEmpty();
      assertThat(path.entries(Exporter.class))
          .extracting(exporter -> exporter.link().backup())
          .containsExactly(Backup.SSD, Backup.NONE);
      assertThat(path).hasToString("dram:1|a:1:19675?backup=ssd|./f:1:0|b:1:19675");
    }

    @Test
    void aPoolWithCopiesOnADiskCannotBeOpenedYet() {
      assertThat(MemPath.parse("dram:1|pool:1:zk?backup=ssd|./f:1:0").unsupported())
          .anySatisfy(part -> assertThat(part).contains("backup=ssd is not yet available"));
    }

    @Test
    void whatIsLegalButNotYetAvailable() {
      MemPath path =
          MemPath.parse("dram:1?onLoss=poison|zdram:1|pool:1:zk?transport=rdma|h:1:1?replicas=3");

      assertThat(path.unsupported())
          .hasSize(3)
          .allSatisfy(
              part ->
                  assertThat(part)
                      .startsWith("entry '")
                      .endsWith(" is not yet available in this version; remove it"));
      assertThatThrownBy(path::requireSupported)
          .isInstanceOfSatisfying(EmpException.class, e -> assertOneLineWithRemedy(e, "entry"))
          .hasMessageContainingAll(
              "entry 'pool:1:zk?transport=rdma': a pool of exporters",
              "': transport=rdma is not",
              "replicas=3");
    }
  }

  @Nested
  class Writes {

    @Test
    void onlyWhatDiffersFromTheDefaults() {
      String text =
          "dram:1?block=64k&promote=on&elastic=on|h:1:0?transport=tcp|./f:1:0?reserve=full";

      assertThat(MemPath.parse(text)).hasToString("dram:1|h:1:19675|./f:1:0");
    }

    @Test
    void everyOptionInAFixedOrder() {
      String text =
          "dram:1?block=2m&subblock=128k&shards=4&onLoss=poison&usermode=true"
              + "&faultTimeoutMillis=500&promote=off&elastic=off"
              + "|[::1]:1:5?transport=rdma&device=m&replicas=3|h:1:5?transport=rdma&engine=disni"
              + "|pool:1:zk:2181?replicas=3|zdram:5|/dev/x:1:2|./f:1:0?reserve=lazy";

      assertThat(MemPath.parse(text)).hasToString(text);
    }
  }

  private static void assertRefused(String path, String begin, String part) {
    assertThatThrownBy(() -> MemPath.parse(path))
        .as(path.lines().collect(Collectors.joining("\\n")))
        .isInstanceOfSatisfying(EmpException.class, e -> assertOneLineWithRemedy(e, part))
        .hasMessageStartingWith(begin);
  }

  private static void assertOneLineWithRemedy(EmpException refusal, String part) {
    assertThat(refusal.kind()).isEqualTo(Kind.PATH);
    assertThat(refusal).hasMessageContaining(part);
    assertThat(refusal.getMessage().lines()).hasSize(1);
    // A reason, and what to do about it.
    assertThat(refusal.getMessage()).matches(".*[;,(?].*");
  }
}
