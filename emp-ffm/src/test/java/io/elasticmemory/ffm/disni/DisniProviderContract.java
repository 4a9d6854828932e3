package io.elasticmemory.ffm.disni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.IbvWC.IbvWcOpcode;
import com.ibm.disni.verbs.IbvWC.IbvWcStatus;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.SVCPostSend;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What DiSNI's users rely on, shown by a program that knows DiSNI's API only. */
abstract class DisniProviderContract {
  private static final long WORD = 64;

  private DisniPair pair;

  /** Has DiSNI use EMP's provider; returns an address to listen at. */
  abstract InetAddress install() throws Exception;

  @BeforeEach
  void connect() throws Exception {
    pair = new DisniPair(install());
  }

  @AfterEach
  void close() throws Exception {
    pair.close();
  }

  private IbvSendWR remote(int opcode, long number, int offset, int bytes, long at) {
    IbvSendWR request = pair.client.operation(opcode, number, offset, bytes);
    request.getRdma().setRemote_addr(pair.server.region.getAddr() + at);
    request.getRdma().setRkey(pair.server.region.getRkey());
    return request;
  }

  private IbvSendWR atomic(int opcode, long number, long compareOrAdd, long swap) {
    IbvSendWR request = pair.client.operation(opcode, number, 0, Long.BYTES);
    request.getAtomic().setRemote_addr(pair.server.region.getAddr() + WORD);
    request.getAtomic().setRkey(pair.server.region.getRkey());
    request.getAtomic().setCompare_add(compareOrAdd);
    request.getAtomic().setSwap(swap);
    return request;
  }

  private void post(IbvSendWR... requests) throws IOException {
    pair.client.queuePair.postSend(List.of(requests), null).execute().free();
  }

  private static void assertEnded(IbvWC end, long number, IbvWcOpcode opcode) {
    assertThat(IbvWcStatus.valueOf(end.getStatus())).isEqualTo(IbvWcStatus.IBV_WC_SUCCESS);
    assertThat(end.getWr_id()).isEqualTo(number);
    assertThat(end.getOpcode()).isEqualTo(opcode.getOpcode());
  }

  @Test
  void bringsWhatIsSaidWithARequestAndWhoHasSaidIt() throws Exception {
    assertThat(pair.requested).isEqualTo(DisniPair.REQUEST);
    assertThat(pair.server.id.getDestination()).isNotNull();
    assertThat(pair.client.id.getDestination()).isNotNull();
    assertThat(pair.client.id.getVerbs()).isSameAs(pair.server.id.getVerbs());
  }

  @Test
  void movesAMessage() throws Exception {
    IbvRecvWR room = new IbvRecvWR();
    room.setWr_id(7);
    room.setSg_list(pair.server.range(0, 4096));
    pair.server.queuePair.postRecv(List.of(room), null).execute().free();
    pair.client.memory.putLong(0, 42);
    post(pair.client.operation(IbvSendWR.IBV_WR_SEND, 8, 0, 100));
    assertEnded(pair.client.await(), 8, IbvWcOpcode.IBV_WC_SEND);
    IbvWC received = pair.server.await();
    assertEnded(received, 7, IbvWcOpcode.IBV_WC_RECV);
    assertThat(received.getByte_len()).isEqualTo(100);
    assertThat(received.getQp_num()).isEqualTo(pair.server.queuePair.getQp_num());
    assertThat(pair.server.memory.getLong(0)).isEqualTo(42);
  }

  @Test
  void writesAndReadsInOneGo() throws Exception {
    pair.client.memory.putLong(0, 5).putLong(4088, 6);
    IbvSendWR write = remote(IbvSendWR.IBV_WR_RDMA_WRITE, 1, 0, 4096, 4096);
    write.setSend_flags(0);
    post(write, remote(IbvSendWR.IBV_WR_RDMA_READ, 2, 4096, 4096, 4096));
    assertEnded(pair.client.await(), 2, IbvWcOpcode.IBV_WC_RDMA_READ);
    assertThat(pair.server.memory.getLong(4096)).isEqualTo(5);
    assertThat(pair.client.memory.getLong(8184)).isEqualTo(6);
  }

  @Test
  void executesACallAgainAsItWasChanged() throws Exception {
    SVCPostSend call =
        pair.client.queuePair.postSend(
            List.of(remote(IbvSendWR.IBV_WR_RDMA_WRITE, 1, 0, 8, 0)), null);
    for (int i = 0; i < 20; i++) {
      pair.client.memory.putLong(0, i);
      call.getWrMod(0).setWr_id(100 + i);
      call.getWrMod(0).getRdmaMod().setRemote_addr(pair.server.region.getAddr() + 8L * i);
      call.execute();
      assertEnded(pair.client.await(), 100 + i, IbvWcOpcode.IBV_WC_RDMA_WRITE);
      assertThat(pair.server.memory.getLong(8 * i)).isEqualTo(i);
    }
    call.free();
    assertThat(call.isValid()).isFalse();
  }

  /** Which DiSNI's own native half cannot. */
  @Test
  void swapsAndAddsWords() throws Exception {
    int word = (int) WORD;
    pair.server.memory.putLong(word, 7);
    post(atomic(IbvSendWR.IBV_WR_ATOMIC_CMP_AND_SWP, 1, 7, 9));
    assertEnded(pair.client.await(), 1, IbvWcOpcode.IBV_WC_COMP_SWAP);
    assertThat(pair.client.memory.getLong(0)).isEqualTo(7);
    assertThat(pair.server.memory.getLong(word)).isEqualTo(9);
    post(atomic(IbvSendWR.IBV_WR_ATOMIC_CMP_AND_SWP, 2, 7, 11));
    assertEnded(pair.client.await(), 2, IbvWcOpcode.IBV_WC_COMP_SWAP);
    assertThat(pair.client.memory.getLong(0)).isEqualTo(9);
    assertThat(pair.server.memory.getLong(word)).isEqualTo(9);
    post(atomic(IbvSendWR.IBV_WR_ATOMIC_FETCH_AND_ADD, 3, -4, 0));
    assertEnded(pair.client.await(), 3, IbvWcOpcode.IBV_WC_FETCH_ADD);
    assertThat(pair.server.memory.getLong(word)).isEqualTo(5);
  }

  @Test
  void reportsWhatIsNotAllowed() throws Exception {
    IbvSendWR beyond = remote(IbvSendWR.IBV_WR_RDMA_READ, 1, 0, 4096, 8192 - 8);
    post(beyond);
    IbvWC end = pair.client.await();
    assertThat(end.getWr_id()).isEqualTo(1);
    assertThat(IbvWcStatus.valueOf(end.getStatus())).isEqualTo(IbvWcStatus.IBV_WC_REM_ACCESS_ERR);
  }

  @Test
  void saysThatTheOtherSideEndsTheConnection() throws Exception {
    pair.server.id.disconnect();
    pair.client.event(EventType.RDMA_CM_EVENT_DISCONNECTED);
    pair.client.id.disconnect();
    pair.server.event(EventType.RDMA_CM_EVENT_DISCONNECTED);
  }

  @Test
  void refusesWhatItDoesNotHave() {
    IbvSendWR immediate = pair.client.operation(IbvSendWR.IBV_WR_SEND_WITH_IMM, 1, 0, 8);
    assertThatThrownBy(() -> post(immediate)).isInstanceOf(IOException.class);
    IbvSendWR two = pair.client.operation(IbvSendWR.IBV_WR_SEND, 1, 0, 8);
    two.getSg_list().addAll(pair.client.range(8, 8));
    assertThatThrownBy(() -> post(two)).hasMessageContaining("one range of memory");
    IbvSendWR fenced = pair.client.operation(IbvSendWR.IBV_WR_SEND, 1, 0, 8);
    fenced.setSend_flags(IbvSendWR.IBV_SEND_SIGNALED | IbvSendWR.IBV_SEND_FENCE);
    assertThatThrownBy(() -> post(fenced)).hasMessageContaining("FENCE");
    IbvSendWR unknown = pair.client.operation(IbvSendWR.IBV_WR_SEND, 1, 0, 8);
    unknown.getSg_list().getFirst().setLkey(pair.client.region.getLkey() + 1);
    assertThatThrownBy(() -> post(unknown)).hasMessageContaining("no region");
  }

  @Test
  void takesNoMoreRequestsThanWereAskedFor() throws Exception {
    List<IbvSendWR> many = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      many.add(remote(IbvSendWR.IBV_WR_RDMA_WRITE, i, 0, 8, 0));
    }
    SVCPostSend call = pair.client.queuePair.postSend(many, null);
    assertThatThrownBy(call::execute).isInstanceOf(IOException.class).hasMessageContaining("8");
  }
}
