package io.elasticmemory.ffm.verbs;

/**
 * The numbers this package shares with libibverbs and librdmacm, under the names C gives them. A
 * test compares them with the headers where these are installed.
 */
final class VerbsConstants {
  private VerbsConstants() {}

  // infiniband/verbs.h
  static final int IBV_ACCESS_LOCAL_WRITE = 1;
  static final int IBV_ACCESS_REMOTE_WRITE = 2;
  static final int IBV_ACCESS_REMOTE_READ = 4;
  static final int IBV_ACCESS_REMOTE_ATOMIC = 8;

  static final int IBV_WR_RDMA_WRITE = 0;
  static final int IBV_WR_SEND = 2;
  static final int IBV_WR_RDMA_READ = 4;
  static final int IBV_WR_ATOMIC_CMP_AND_SWP = 5;
  static final int IBV_WR_ATOMIC_FETCH_AND_ADD = 6;

  static final int IBV_SEND_SIGNALED = 2;
  static final int IBV_SEND_INLINE = 8;

  static final int IBV_WC_SUCCESS = 0;
  static final int IBV_WC_LOC_LEN_ERR = 1;
  static final int IBV_WC_LOC_QP_OP_ERR = 2;
  static final int IBV_WC_LOC_PROT_ERR = 4;
  static final int IBV_WC_WR_FLUSH_ERR = 5;
  static final int IBV_WC_LOC_ACCESS_ERR = 8;
  static final int IBV_WC_REM_INV_REQ_ERR = 9;
  static final int IBV_WC_REM_ACCESS_ERR = 10;
  static final int IBV_WC_RETRY_EXC_ERR = 12;

  static final int IBV_WC_RECV = 128;

  static final int IBV_QPT_RC = 2;
  static final int IBV_QPS_ERR = 6;
  static final int IBV_QP_STATE = 1;
  static final int IBV_ATOMIC_NONE = 0;

  static final int IBV_EVENT_QP_FATAL = 1;
  static final int IBV_EVENT_QP_REQ_ERR = 2;
  static final int IBV_EVENT_QP_ACCESS_ERR = 3;
  static final int IBV_EVENT_DEVICE_FATAL = 8;
  static final int IBV_EVENT_PORT_ERR = 10;

  // rdma/rdma_cma.h
  static final int RDMA_PS_TCP = 0x0106;
  static final int RDMA_OPTION_ID = 0;
  static final int RDMA_OPTION_ID_REUSEADDR = 1;
  static final int RDMA_OPTION_ID_ACK_TIMEOUT = 3;

  static final int RDMA_CM_EVENT_ADDR_RESOLVED = 0;
  static final int RDMA_CM_EVENT_ADDR_ERROR = 1;
  static final int RDMA_CM_EVENT_ROUTE_RESOLVED = 2;
  static final int RDMA_CM_EVENT_ROUTE_ERROR = 3;
  static final int RDMA_CM_EVENT_CONNECT_REQUEST = 4;
  static final int RDMA_CM_EVENT_CONNECT_ERROR = 6;
  static final int RDMA_CM_EVENT_UNREACHABLE = 7;
  static final int RDMA_CM_EVENT_REJECTED = 8;
  static final int RDMA_CM_EVENT_ESTABLISHED = 9;
  static final int RDMA_CM_EVENT_DISCONNECTED = 10;
  static final int RDMA_CM_EVENT_DEVICE_REMOVAL = 11;
}
