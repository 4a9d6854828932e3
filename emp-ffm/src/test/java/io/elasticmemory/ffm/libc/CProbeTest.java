package io.elasticmemory.ffm.libc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks gcc for the value of every constant and the size and offsets of every structure this module
 * has written by hand. What is newer than the headers of older systems is defined in the program
 * below, from the formulas of the kernel's own headers.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CProbeTest {

  private static final String HEAD =
      """
      #define _GNU_SOURCE
      #include <errno.h>
      #include <fcntl.h>
      #include <linux/fs.h>
      #include <linux/io_uring.h>
      #include <linux/ioctl.h>
      #include <linux/magic.h>
      #include <linux/userfaultfd.h>
      #include <netinet/in.h>
      #include <netinet/tcp.h>
      #include <poll.h>
      #include <signal.h>
      #include <spawn.h>
      #include <stddef.h>
      #include <stdio.h>
      #include <sys/epoll.h>
      #include <sys/eventfd.h>
      #include <sys/mman.h>
      #include <sys/prctl.h>
      #include <sys/resource.h>
      #include <sys/socket.h>
      #include <sys/stat.h>
      #include <sys/syscall.h>
      #include <sys/sysinfo.h>
      #include <sys/timerfd.h>
      #include <sys/un.h>
      #include <sys/vfs.h>
      #include <sys/wait.h>
      #include <time.h>
      #include <unistd.h>

      /* Newer than the headers of Debian 12 (6.1). */
      #ifndef SYS_mseal
      #define SYS_mseal 462
      #endif
      #ifndef UFFD_FEATURE_WP_UNPOPULATED
      #define UFFD_FEATURE_WP_UNPOPULATED (1<<13)
      #endif
      #ifndef UFFD_FEATURE_POISON
      #define UFFD_FEATURE_POISON (1<<14)
      #endif
      #ifndef UFFD_FEATURE_WP_ASYNC
      #define UFFD_FEATURE_WP_ASYNC (1<<15)
      #endif
      #ifndef UFFD_FEATURE_MOVE
      #define UFFD_FEATURE_MOVE (1<<16)
      #endif
      #ifndef UFFDIO_CONTINUE_MODE_WP
      #define UFFDIO_CONTINUE_MODE_WP ((__u64)1<<1)
      #endif
      #ifndef UFFDIO_POISON
      #define _UFFDIO_POISON (0x08)
      struct uffdio_poison {
        struct uffdio_range range;
        __u64 mode;
        __s64 updated;
      };
      #define UFFDIO_POISON_MODE_DONTWAKE ((__u64)1<<0)
      #define UFFDIO_POISON _IOWR(UFFDIO, _UFFDIO_POISON, struct uffdio_poison)
      #endif
      /* As first published: that of newer headers is longer. */
      struct pidfd_info {
        __u64 mask;
        __u64 cgroupid;
        __u32 pid, tgid, ppid;
        __u32 ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
        __s32 exit_code;
      };
      #define PIDFD_GET_INFO _IOWR(0xff, 11, struct pidfd_info)
      #define PIDFD_INFO_EXIT (1UL << 3)
      #ifndef P_PIDFD
      #define P_PIDFD 3
      #endif

      int main(void) {
      """;

  private Path directory = Path.of("");
  private Map<String, Long> inC = Map.of();

  @BeforeAll
  void askGcc(@TempDir Path temporary) throws Exception {
    directory = temporary;
    StringBuilder program = new StringBuilder(HEAD);
    constants(LinuxConstants.class).keySet().forEach(name -> printValue(program, name));
    constants(Errno.class).keySet().forEach(name -> printValue(program, name));
    structs().forEach(struct -> printStruct(program, struct));
    program.append("return 0;\n}\n");
    inC = run(compile(program.toString()));
  }

  @Test
  void everyConstantHasTheValueItHasInC() throws Exception {
    Map<String, Long> here = constants(LinuxConstants.class);
    assertThat(here).hasSizeGreaterThan(120);
    here.forEach((name, value) -> assertThat(value).as(name).isEqualTo(inC.get(name)));
  }

  @Test
  void everyErrorNumberHasTheValueItHasInC() throws Exception {
    Map<String, Long> here = constants(Errno.class);
    assertThat(here).hasSizeGreaterThan(40);
    here.forEach((name, value) -> assertThat(value).as(name).isEqualTo(inC.get(name)));
  }

  @Test
  void everyErrorNumberKnowsItsName() throws Exception {
    constants(Errno.class).forEach((n, v) -> assertThat(Errno.name(v.intValue())).isEqualTo(n));
  }

  @Test
  void everyStructureHasTheSizeItHasInC() throws Exception {
    for (StructLayout struct : structs()) {
      assertThat(struct.byteSize()).as(cName(struct)).isEqualTo(inC.get("sizeof " + cName(struct)));
    }
  }

  @Test
  void everyMemberLiesWhereItLiesInC() throws Exception {
    for (StructLayout struct : structs()) {
      for (String member : members(struct)) {
        String name = cName(struct) + " " + member;
        assertThat(Structs.offset(struct, member)).as(name).isEqualTo(inC.get("offset " + name));
      }
    }
  }

  @Test
  void everyMemberHasTheWidthItHasInC() throws Exception {
    for (StructLayout struct : structs()) {
      for (String member : members(struct)) {
        String name = cName(struct) + " " + member;
        long width = struct.select(MemoryLayout.PathElement.groupElement(member)).byteSize();
        assertThat(width).as(name).isEqualTo(inC.get("width " + name));
      }
    }
  }

  private static Map<String, Long> constants(Class<?> type) throws IllegalAccessException {
    Map<String, Long> constants = new LinkedHashMap<>();
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers()) && field.getType().isPrimitive()) {
        constants.put(field.getName(), ((Number) field.get(null)).longValue());
      }
    }
    return constants;
  }

  private static List<StructLayout> structs() throws IllegalAccessException {
    List<StructLayout> structs = new ArrayList<>();
    for (Field field : Structs.class.getDeclaredFields()) {
      if (field.getType() == StructLayout.class) {
        structs.add((StructLayout) field.get(null));
      }
    }
    return structs;
  }

  private static List<String> members(StructLayout struct) {
    return struct.memberLayouts().stream()
        .filter(member -> !(member instanceof PaddingLayout))
        .map(member -> member.name().orElseThrow())
        .toList();
  }

  private static String cName(StructLayout struct) {
    String name = struct.name().orElseThrow();
    return name.endsWith("_t") ? name : "struct " + name;
  }

  private static void printValue(StringBuilder program, String name) {
    String inC =
        name.startsWith("SYS_") ? name.toLowerCase(Locale.ROOT).replace("sys_", "SYS_") : name;
    inC = name.equals("SC_PAGESIZE") ? "_SC_PAGESIZE" : inC;
    String cast =
        "sizeof(%s) == 4 ? (long long) (int) (%s) : (long long) (%s)".formatted(inC, inC, inC);
    program.append("printf(\"%s=%%lld\\n\", %s);\n".formatted(name, cast));
  }

  private static void printStruct(StringBuilder program, StructLayout struct) {
    String type = cName(struct);
    program.append("printf(\"sizeof %s=%%zu\\n\", sizeof(%s));\n".formatted(type, type));
    for (String member : members(struct)) {
      program.append(
          "printf(\"offset %s %s=%%zu\\n\", offsetof(%s, %s));\n"
              .formatted(type, member, type, member));
      program.append(
          "printf(\"width %s %s=%%zu\\n\", sizeof(((%s *) 0)->%s));\n"
              .formatted(type, member, type, member));
    }
  }

  private Path compile(String program) throws IOException, InterruptedException {
    Path source = Files.writeString(directory.resolve("probe.c"), program);
    Path binary = directory.resolve("probe");
    output("gcc", "-w", "-o", binary.toString(), source.toString());
    return binary;
  }

  private Map<String, Long> run(Path binary) throws IOException, InterruptedException {
    Map<String, Long> values = new LinkedHashMap<>();
    output(binary.toString())
        .lines()
        .map(line -> line.split("=", 2))
        .forEach(pair -> values.put(pair[0], Long.parseLong(pair[1])));
    return values;
  }

  private String output(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", command[0]).isTrue();
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
