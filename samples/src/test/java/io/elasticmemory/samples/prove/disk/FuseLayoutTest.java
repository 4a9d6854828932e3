package io.elasticmemory.samples.prove.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FuseLayoutTest {
  private static final Map<String, Integer> HERE =
      Map.ofEntries(
          Map.entry("sizeof(struct fuse_in_header)", FuseLayout.REQUEST_HEADER_BYTES),
          Map.entry("sizeof(struct fuse_out_header)", FuseLayout.ANSWER_HEADER_BYTES),
          Map.entry("sizeof(struct fuse_attr)", FuseLayout.ATTRIBUTES_BYTES),
          Map.entry("sizeof(struct fuse_init_out)", FuseLayout.INIT_ANSWER_BYTES),
          Map.entry("sizeof(struct fuse_kstatfs)", FuseLayout.STATFS_BYTES),
          Map.entry("sizeof(struct fuse_open_out)", FuseLayout.OPENED_BYTES),
          Map.entry("sizeof(struct fuse_write_out)", FuseLayout.WRITTEN_BYTES),
          Map.entry("offsetof(struct fuse_in_header, opcode)", FuseLayout.OPERATION_AT),
          Map.entry("offsetof(struct fuse_in_header, unique)", FuseLayout.NUMBER_AT),
          Map.entry("offsetof(struct fuse_in_header, nodeid)", FuseLayout.INODE_AT),
          Map.entry("offsetof(struct fuse_setattr_in, size)", FuseLayout.SET_SIZE_AT),
          Map.entry("offsetof(struct fuse_fallocate_in, offset)", FuseLayout.RESERVE_OFFSET_AT),
          Map.entry("offsetof(struct fuse_fallocate_in, length)", FuseLayout.RESERVE_BYTES_AT),
          Map.entry("offsetof(struct fuse_fallocate_in, mode)", FuseLayout.RESERVE_MODE_AT),
          Map.entry("FATTR_SIZE", FuseLayout.SET_SIZE),
          Map.entry("FALLOC_FL_KEEP_SIZE", FuseLayout.KEEP_SIZE),
          Map.entry("ENOENT", FuseLayout.ENOENT),
          Map.entry("EIO", FuseLayout.EIO),
          Map.entry("ENOSPC", FuseLayout.ENOSPC),
          Map.entry("ENOSYS", FuseLayout.ENOSYS),
          Map.entry("sizeof(struct fuse_entry_out)", FuseLayout.ENTRY_BYTES),
          Map.entry("sizeof(struct fuse_attr_out)", FuseLayout.ATTRIBUTES_ANSWER_BYTES),
          Map.entry("sizeof(struct fuse_write_in)", FuseLayout.WRITE_DATA_AT),
          Map.entry("offsetof(struct fuse_write_in, offset)", FuseLayout.TRANSFER_OFFSET_AT),
          Map.entry("offsetof(struct fuse_read_in, offset)", FuseLayout.TRANSFER_OFFSET_AT),
          Map.entry("offsetof(struct fuse_write_in, size)", FuseLayout.TRANSFER_BYTES_AT),
          Map.entry("offsetof(struct fuse_read_in, size)", FuseLayout.TRANSFER_BYTES_AT),
          Map.entry("FUSE_LOOKUP", FuseLayout.LOOKUP),
          Map.entry("FUSE_FORGET", FuseLayout.FORGET),
          Map.entry("FUSE_GETATTR", FuseLayout.GETATTR),
          Map.entry("FUSE_SETATTR", FuseLayout.SETATTR),
          Map.entry("FUSE_UNLINK", FuseLayout.UNLINK),
          Map.entry("FUSE_READ", FuseLayout.READ),
          Map.entry("FUSE_WRITE", FuseLayout.WRITE),
          Map.entry("FUSE_STATFS", FuseLayout.STATFS),
          Map.entry("FUSE_RELEASE", FuseLayout.RELEASE),
          Map.entry("FUSE_FSYNC", FuseLayout.FSYNC),
          Map.entry("FUSE_FLUSH", FuseLayout.FLUSH),
          Map.entry("FUSE_INIT", FuseLayout.INIT),
          Map.entry("FUSE_ACCESS", FuseLayout.ACCESS),
          Map.entry("FUSE_CREATE", FuseLayout.CREATE),
          Map.entry("FUSE_INTERRUPT", FuseLayout.INTERRUPT),
          Map.entry("FUSE_BATCH_FORGET", FuseLayout.BATCH_FORGET),
          Map.entry("FUSE_FALLOCATE", FuseLayout.FALLOCATE),
          Map.entry("FUSE_ASYNC_DIO", FuseLayout.ASYNC_DIO),
          Map.entry("FUSE_BIG_WRITES", FuseLayout.BIG_WRITES),
          Map.entry("FUSE_MAX_PAGES", FuseLayout.MAX_PAGES),
          Map.entry("FOPEN_DIRECT_IO", FuseLayout.DIRECT_IO),
          Map.entry("offsetof(struct fuse_open_out, open_flags)", 8),
          Map.entry("offsetof(struct fuse_attr, mode)", 60),
          Map.entry("offsetof(struct fuse_attr, blksize)", 80),
          Map.entry("offsetof(struct fuse_entry_out, attr)", 40),
          Map.entry("offsetof(struct fuse_init_out, max_write)", 20),
          Map.entry("offsetof(struct fuse_init_out, max_pages)", 28));

  @TempDir private Path folder;

  @Test
  void isAsTheCompilerSays() throws Exception {
    StringBuilder program =
        new StringBuilder(
                "#include <errno.h>\n#include <linux/falloc.h>\n#include <linux/fuse.h>\n")
            .append("#include <stddef.h>\n#include <stdio.h>\nint main(void) {\n");
    HERE.keySet()
        .forEach(
            name ->
                program.append(
                    "printf(\"%s=%%lld\\n\", (long long) (%s));\n".formatted(name, name)));
    Path source = Files.writeString(folder.resolve("fuse.c"), program.append("}\n"));
    Path binary = folder.resolve("fuse");
    assertThat(run("gcc", "-w", "-o", binary.toString(), source.toString())).isEmpty();

    String said = run(binary.toString());
    HERE.forEach((name, value) -> assertThat(said).contains(name + "=" + value + "\n"));
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void attributesHaveTheirLength() {
    ByteBuffer into =
        ByteBuffer.allocate(FuseLayout.ATTRIBUTES_BYTES).order(ByteOrder.nativeOrder());
    FuseLayout.putAttributes(into, 2, FuseLayout.S_IFREG, 8192);
    assertThat(into.hasRemaining()).isFalse();
    assertThat(into.getLong(8)).isEqualTo(8192);
    assertThat(into.getLong(16)).isEqualTo(16);
    assertThat(into.getInt(60)).isEqualTo(0100700);
  }
}
