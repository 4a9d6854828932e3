package io.elasticmemory.ffm.verbs;

import static io.elasticmemory.ffm.libc.NativeFunction.returningInt;
import static io.elasticmemory.ffm.libc.NativeFunction.returningPointer;

import io.elasticmemory.ffm.libc.NativeFunction;
import java.lang.foreign.SymbolLookup;

/** Functions of librdmacm; as {@link VerbsCalls}. */
final class ConnectionCalls {
  private static final SymbolLookup LIBRARY = Libraries.OfConnections.LIBRARY;

  static final NativeFunction CREATE_EVENT_CHANNEL =
      returningPointer(LIBRARY, "rdma_create_event_channel");
  static final NativeFunction DESTROY_EVENT_CHANNEL =
      returningInt(LIBRARY, "rdma_destroy_event_channel");
  static final NativeFunction GET_CM_EVENT = returningInt(LIBRARY, "rdma_get_cm_event");
  static final NativeFunction ACK_CM_EVENT = returningInt(LIBRARY, "rdma_ack_cm_event");
  static final NativeFunction CREATE_ID = returningInt(LIBRARY, "rdma_create_id");
  static final NativeFunction DESTROY_ID = returningInt(LIBRARY, "rdma_destroy_id");
  static final NativeFunction SET_OPTION = returningInt(LIBRARY, "rdma_set_option");
  static final NativeFunction BIND_ADDR = returningInt(LIBRARY, "rdma_bind_addr");
  static final NativeFunction LISTEN = returningInt(LIBRARY, "rdma_listen");
  static final NativeFunction GET_SRC_PORT = returningInt(LIBRARY, "rdma_get_src_port");
  static final NativeFunction RESOLVE_ADDR = returningInt(LIBRARY, "rdma_resolve_addr");
  static final NativeFunction RESOLVE_ROUTE = returningInt(LIBRARY, "rdma_resolve_route");
  static final NativeFunction CREATE_QP = returningInt(LIBRARY, "rdma_create_qp");
  static final NativeFunction DESTROY_QP = returningInt(LIBRARY, "rdma_destroy_qp");
  static final NativeFunction CONNECT = returningInt(LIBRARY, "rdma_connect");
  static final NativeFunction ACCEPT = returningInt(LIBRARY, "rdma_accept");
  static final NativeFunction REJECT = returningInt(LIBRARY, "rdma_reject");
  static final NativeFunction DISCONNECT = returningInt(LIBRARY, "rdma_disconnect");

  private ConnectionCalls() {}
}
