package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.IbvWC.IbvWcOpcode;
import io.elasticmemory.port.verbs.MessageQueuePair;
import java.io.IOException;
import java.util.List;

/**
 * A queue pair, which remembers what DiSNI's users want to be told with a completion. Several of
 * them may post and poll at once.
 *
 * <pre>
 *   mark   number of the queue pair (24 bits) | number of the request (39 bits) | is it room for a message
 * </pre>
 */
final class PortQueuePair extends IbvQP {
  private static final int NUMBER_SHIFT = 40;
  private static final long REQUEST_MASK = (1L << NUMBER_SHIFT) - 1;

  private final PortDevices devices;
  private final PortDomain domain;
  private final MessageQueuePair pair;
  private final Requests sends;
  private final Requests receives;

  /** Requests of one direction by their number, as long as they are under way. */
  private static final class Requests {
    private final long[] ids;
    private final int[] opcodes;
    private long posted;
    private long ended;

    Requests(int most) {
      ids = new long[most];
      opcodes = new int[most];
    }

    /** Devices of software would take more than there is room for. */
    void requireRoom(int more) throws IOException {
      if (posted - ended + more > ids.length) {
        throw new IOException(
            "%d requests are under way, and %d more are too many for %d: poll for ends, or ask for a larger queue pair"
                .formatted(posted - ended, more, ids.length));
      }
    }

    /** Remembers one. */
    long add(long id, int opcode) {
      int at = (int) (posted % ids.length);
      ids[at] = id;
      opcodes[at] = opcode;
      return posted++;
    }

    void describe(long number, IbvWC into) {
      int at = (int) (number % ids.length);
      into.setWr_id(ids[at]);
      into.setOpcode(opcodes[at]);
      ended = Math.max(ended, number + 1);
    }
  }

  PortQueuePair(PortDevices devices, PortDomain domain, MessageQueuePair pair) throws IOException {
    super(devices.newNumber());
    this.devices = devices;
    this.domain = domain;
    this.pair = pair;
    sends = new Requests(pair.slots());
    receives = new Requests(pair.receives());
    devices.add(this, qp_num);
  }

  /** Which queue pair a mark is of. */
  static int number(long mark) {
    return (int) (mark >>> NUMBER_SHIFT);
  }

  private long mark(long request, boolean isRoom) {
    return ((long) qp_num << NUMBER_SHIFT) | ((request << 1) & REQUEST_MASK) | (isRoom ? 1 : 0);
  }

  /** Hands over requests, all with one call. */
  synchronized void send(List<SendRequest> requests) throws IOException {
    Calls.open(this, isOpen());
    sends.requireRoom(requests.size());
    for (SendRequest request : requests) {
      request.require(domain); // all of them, before the first is prepared
    }
    for (SendRequest request : requests) {
      long number = sends.add(request.getWr_id(), request.endOpcode());
      request.prepare(pair, domain, mark(number, false));
    }
    if (!Calls.io(pair::post)) {
      throw new IOException("the device takes no more requests: the queue pair has failed");
    }
  }

  /** Gives room for messages, one after the other. */
  synchronized void receive(List<ReceiveRequest> requests) throws IOException {
    Calls.open(this, isOpen());
    receives.requireRoom(requests.size());
    for (ReceiveRequest request : requests) {
      long number = receives.add(request.getWr_id(), IbvWcOpcode.IBV_WC_RECV.getOpcode());
      if (!request.give(pair, domain, mark(number, true))) {
        throw new IOException("the device takes no more room: the queue pair has failed");
      }
    }
  }

  /** Says of which request a completion is. */
  synchronized void describe(long mark, IbvWC into) {
    Requests of = (mark & 1) == 0 ? sends : receives;
    of.describe((mark & REQUEST_MASK) >>> 1, into);
    into.setQp_num(qp_num);
  }

  /** It is destroyed with its connection. */
  void ended() {
    close();
    devices.remove(qp_num);
  }
}
