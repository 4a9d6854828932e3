package io.elasticmemory.ffm.verbs;

import static io.elasticmemory.ffm.libc.NativeFunction.returningInt;
import static io.elasticmemory.ffm.libc.NativeFunction.returningPointer;

import io.elasticmemory.ffm.libc.NativeFunction;
import java.lang.foreign.SymbolLookup;

/**
 * Functions of libibverbs. They return what C returns, or {@code -errno} in place of -1; those that
 * make something return its address, or 0 and leave errno. Not loaded before {@link
 * Libraries#require}.
 */
final class VerbsCalls {
  private static final SymbolLookup LIBRARY = Libraries.OfVerbs.LIBRARY;

  static final NativeFunction GET_DEVICE_LIST = returningPointer(LIBRARY, "ibv_get_device_list");
  static final NativeFunction FREE_DEVICE_LIST = returningInt(LIBRARY, "ibv_free_device_list");
  static final NativeFunction GET_DEVICE_NAME = returningPointer(LIBRARY, "ibv_get_device_name");
  static final NativeFunction OPEN_DEVICE = returningPointer(LIBRARY, "ibv_open_device");
  static final NativeFunction CLOSE_DEVICE = returningInt(LIBRARY, "ibv_close_device");
  static final NativeFunction QUERY_DEVICE = returningInt(LIBRARY, "ibv_query_device");
  static final NativeFunction ALLOC_PD = returningPointer(LIBRARY, "ibv_alloc_pd");
  static final NativeFunction DEALLOC_PD = returningInt(LIBRARY, "ibv_dealloc_pd");
  static final NativeFunction REG_MR = returningPointer(LIBRARY, "ibv_reg_mr");
  static final NativeFunction DEREG_MR = returningInt(LIBRARY, "ibv_dereg_mr");
  static final NativeFunction CREATE_COMP_CHANNEL =
      returningPointer(LIBRARY, "ibv_create_comp_channel");
  static final NativeFunction DESTROY_COMP_CHANNEL =
      returningInt(LIBRARY, "ibv_destroy_comp_channel");
  static final NativeFunction CREATE_CQ = returningPointer(LIBRARY, "ibv_create_cq");
  static final NativeFunction DESTROY_CQ = returningInt(LIBRARY, "ibv_destroy_cq");
  static final NativeFunction GET_CQ_EVENT = returningInt(LIBRARY, "ibv_get_cq_event");
  static final NativeFunction ACK_CQ_EVENTS = returningInt(LIBRARY, "ibv_ack_cq_events");
  static final NativeFunction GET_ASYNC_EVENT = returningInt(LIBRARY, "ibv_get_async_event");
  static final NativeFunction ACK_ASYNC_EVENT = returningInt(LIBRARY, "ibv_ack_async_event");
  static final NativeFunction MODIFY_QP = returningInt(LIBRARY, "ibv_modify_qp");

  private VerbsCalls() {}
}
