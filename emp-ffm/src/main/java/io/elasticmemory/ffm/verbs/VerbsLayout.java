package io.elasticmemory.ffm.verbs;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The structures of libibverbs and librdmacm that this package fills and reads, under their C names
 * and with C's member names. They are those of version {@code .so.1} of both libraries, and have
 * been since 2006; a test compares them with the headers where these are installed, and {@link
 * LayoutSelfTest} with the running library.
 *
 * <pre>
 * ibv_send_wr (128)              ibv_sge (16)         ibv_wc (48)
 *   0 u64 wr_id                    0 u64 addr           0 u64 wr_id
 *   8 ptr next                     8 u32 length         8 u32 status
 *  16 ptr sg_list                 12 u32 lkey          12 u32 opcode
 *  24 u32 num_sge, as ibv_recv_wr    (32)                 20 u32 byte_len
 *  28 u32 opcode                 ibv_mr (48)
 *  32 u32 send_flags               0 ptr context
 *  40 u64 remote_addr             16 ptr addr
 *  48 u32 rkey, or                24 u64 length
 *  48 u64 compare_add             36 u32 lkey
 *  56 u64 swap                    40 u32 rkey
 *  64 u32 rkey
 * </pre>
 *
 * <p>Structures that only the library makes and that end in what differs between systems are known
 * up to the last member that is read: their names end in {@code _HEAD}.
 */
final class VerbsLayout {
  /** Bytes of a request with its one range of local memory behind it. */
  static final long REQUEST_CELL_BYTES = 128 + 16;

  private static final int ADDRESS_LONGS = 128 / Long.BYTES;

  private VerbsLayout() {}

  static final StructLayout SEND_WR =
      struct(
          "ibv_send_wr",
          u64("wr_id"),
          u64("next"),
          u64("sg_list"),
          i32("num_sge"),
          i32("opcode"),
          i32("send_flags"),
          pad(4),
          u64("wr.atomic.remote_addr"),
          u64("wr.atomic.compare_add"),
          u64("wr.atomic.swap"),
          i32("wr.atomic.rkey"),
          pad(60));

  /** Where a read or a write has its key, in place of the first operand of an atomic operation. */
  static final long RDMA_KEY_AT = 48;

  static final StructLayout RECV_WR =
      struct("ibv_recv_wr", u64("wr_id"), u64("next"), u64("sg_list"), i32("num_sge"), pad(4));

  static final StructLayout SGE = struct("ibv_sge", u64("addr"), i32("length"), i32("lkey"));

  static final StructLayout WC =
      struct(
          "ibv_wc",
          u64("wr_id"),
          i32("status"),
          i32("opcode"),
          i32("vendor_err"),
          i32("byte_len"),
          pad(24));

  static final StructLayout MR =
      struct(
          "ibv_mr",
          u64("context"),
          u64("pd"),
          u64("addr"),
          u64("length"),
          i32("handle"),
          i32("lkey"),
          i32("rkey"),
          pad(4));

  static final StructLayout QP_INIT_ATTR =
      struct(
          "ibv_qp_init_attr",
          u64("qp_context"),
          u64("send_cq"),
          u64("recv_cq"),
          u64("srq"),
          i32("cap.max_send_wr"),
          i32("cap.max_recv_wr"),
          i32("cap.max_send_sge"),
          i32("cap.max_recv_sge"),
          i32("cap.max_inline_data"),
          i32("qp_type"),
          i32("sq_sig_all"),
          pad(4));

  static final StructLayout QP_ATTR = struct("ibv_qp_attr", i32("qp_state"), pad(140));

  static final StructLayout DEVICE_ATTR =
      struct(
          "ibv_device_attr",
          pad(80),
          u64("max_mr_size"),
          pad(24),
          i32("max_qp_wr"),
          pad(16),
          i32("max_cqe"),
          i32("max_mr"),
          pad(4),
          i32("max_qp_rd_atom"),
          pad(8),
          i32("max_qp_init_rd_atom"),
          pad(4),
          i32("atomic_cap"),
          pad(64));

  static final StructLayout CM_EVENT =
      struct(
          "rdma_cm_event",
          u64("id"),
          u64("listen_id"),
          i32("event"),
          i32("status"),
          u64("param.conn.private_data"),
          u8("param.conn.private_data_len"),
          pad(47));

  static final StructLayout CONN_PARAM =
      struct(
          "rdma_conn_param",
          u64("private_data"),
          u8("private_data_len"),
          u8("responder_resources"),
          u8("initiator_depth"),
          u8("flow_control"),
          u8("retry_count"),
          u8("rnr_retry_count"),
          u8("srq"),
          pad(1),
          i32("qp_num"),
          pad(4));

  static final StructLayout EVENT_CHANNEL_HEAD = struct("rdma_event_channel", i32("fd"));

  static final StructLayout CM_ID_HEAD =
      struct(
          "rdma_cm_id",
          u64("verbs"),
          u64("channel"),
          u64("context"),
          u64("qp"),
          address("route.addr.src_storage"),
          address("route.addr.dst_storage"),
          pad(60),
          u8("port_num"),
          pad(3));

  /** A device in use; the pointers are functions that the headers call inline. */
  static final StructLayout CONTEXT_HEAD =
      struct(
          "ibv_context",
          u64("device"),
          pad(88),
          u64("ops.poll_cq"),
          u64("ops.req_notify_cq"),
          pad(96),
          u64("ops.post_send"),
          u64("ops.post_recv"),
          pad(40),
          i32("cmd_fd"),
          i32("async_fd"));

  /** In place of the queue pair there is the number of a port, where it is about one. */
  static final StructLayout ASYNC_EVENT =
      struct("ibv_async_event", u64("element.qp"), i32("event_type"), pad(4));

  static final StructLayout QP_HEAD = struct("ibv_qp", u64("context"), pad(44), i32("qp_num"));

  static final StructLayout COMP_CHANNEL_HEAD =
      struct("ibv_comp_channel", u64("context"), i32("fd"), pad(4));

  /** The offset of a member, for use as a constant. */
  static long offset(StructLayout struct, String member) {
    return struct.byteOffset(groupElement(member));
  }

  /** What the library has made at an address, as far as the structure is known. */
  static MemorySegment at(long address, StructLayout struct) {
    return MemorySegment.ofAddress(address).reinterpret(struct.byteSize());
  }

  private static StructLayout struct(String name, MemoryLayout... members) {
    return MemoryLayout.structLayout(members).withName(name);
  }

  private static MemoryLayout u64(String name) {
    return JAVA_LONG.withName(name);
  }

  private static MemoryLayout i32(String name) {
    return JAVA_INT.withName(name);
  }

  private static MemoryLayout u8(String name) {
    return JAVA_BYTE.withName(name);
  }

  /** A {@code sockaddr_storage}. */
  private static MemoryLayout address(String name) {
    return MemoryLayout.sequenceLayout(ADDRESS_LONGS, JAVA_LONG).withName(name);
  }

  private static MemoryLayout pad(long bytes) {
    return MemoryLayout.paddingLayout(bytes);
  }
}
