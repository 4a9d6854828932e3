package io.elasticmemory.ffm.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.elasticmemory.ffm.libc.CProbe;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sizes and offsets, against numbers always, and against the headers of rdma-core where these are
 * installed (libibverbs-dev and librdmacm-dev).
 */
class VerbsLayoutTest {
  private static final String HEAD =
      """
      #include <infiniband/verbs.h>
      #include <rdma/rdma_cma.h>
      #include <stddef.h>
      #include <stdio.h>
      int main(void) {
      """;

  private static final String KEY_OF_READS_AND_WRITES =
      """
      printf("RDMA_KEY_AT=%zu\\n", offsetof(struct ibv_send_wr, wr.rdma.rkey));
      """;

  /** Known up to a member only: the library makes them, and they end in what differs. */
  private static final List<StructLayout> HEADS =
      List.of(
          VerbsLayout.EVENT_CHANNEL_HEAD,
          VerbsLayout.CM_ID_HEAD,
          VerbsLayout.CONTEXT_HEAD,
          VerbsLayout.QP_HEAD,
          VerbsLayout.COMP_CHANNEL_HEAD);

  @Test
  void hasTheSizesOfVersionOne() {
    assertThat(VerbsLayout.REQUEST_CELL_BYTES).isEqualTo(144);
    assertThat(VerbsLayout.SEND_WR.byteSize()).isEqualTo(128);
    assertThat(VerbsLayout.RECV_WR.byteSize()).isEqualTo(32);
    assertThat(VerbsLayout.SGE.byteSize()).isEqualTo(16);
    assertThat(VerbsLayout.WC.byteSize()).isEqualTo(48);
    assertThat(VerbsLayout.MR.byteSize()).isEqualTo(48);
    assertThat(VerbsLayout.QP_INIT_ATTR.byteSize()).isEqualTo(64);
    assertThat(VerbsLayout.QP_ATTR.byteSize()).isEqualTo(144);
    assertThat(VerbsLayout.DEVICE_ATTR.byteSize()).isEqualTo(232);
    assertThat(VerbsLayout.CM_EVENT.byteSize()).isEqualTo(80);
    assertThat(VerbsLayout.CONN_PARAM.byteSize()).isEqualTo(24);
    assertThat(VerbsLayout.ASYNC_EVENT.byteSize()).isEqualTo(16);
  }

  @Test
  void hasItsMembersWhereVersionOneHasThem() {
    assertThat(VerbsLayout.offset(VerbsLayout.CONTEXT_HEAD, "ops.poll_cq")).isEqualTo(96);
    assertThat(VerbsLayout.offset(VerbsLayout.CONTEXT_HEAD, "ops.req_notify_cq")).isEqualTo(104);
    assertThat(VerbsLayout.offset(VerbsLayout.CONTEXT_HEAD, "ops.post_send")).isEqualTo(208);
    assertThat(VerbsLayout.offset(VerbsLayout.CONTEXT_HEAD, "ops.post_recv")).isEqualTo(216);
    assertThat(VerbsLayout.offset(VerbsLayout.CONTEXT_HEAD, "async_fd")).isEqualTo(268);
    assertThat(VerbsLayout.offset(VerbsLayout.CM_ID_HEAD, "port_num")).isEqualTo(348);
    assertThat(VerbsLayout.offset(VerbsLayout.MR, "rkey")).isEqualTo(40);
    assertThat(VerbsLayout.offset(VerbsLayout.SEND_WR, "wr.atomic.rkey")).isEqualTo(64);
    assertThat(VerbsLayout.RDMA_KEY_AT).isEqualTo(48);
  }

  @Test
  void isAsTheHeadersHaveIt(@TempDir Path temporary) throws Exception {
    assumeTrue(
        Files.exists(Path.of("/usr/include/rdma/rdma_cma.h")),
        "the headers of rdma-core are installed: libibverbs-dev and librdmacm-dev");
    List<StructLayout> structs = CProbe.structs(VerbsLayout.class);
    CProbe probe = new CProbe(temporary, HEAD + KEY_OF_READS_AND_WRITES);
    probe.askConstants(VerbsConstants.class);
    probe.askStructs(structs);
    probe.run();
    assertThat(structs).hasSize(16).containsAll(HEADS);
    probe.requireConstants(VerbsConstants.class);
    probe.requireValue("RDMA_KEY_AT", VerbsLayout.RDMA_KEY_AT);
    for (StructLayout struct : structs) {
      probe.requireOffsets(struct);
      probe.requireWidths(struct);
      if (!HEADS.contains(struct)) {
        probe.requireSize(struct);
      }
    }
  }
}
