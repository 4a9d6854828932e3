/*
 * Copyright 2026 The EMP for the JVM authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except
 * in compliance with the License. You may obtain a copy of the License at
 *
 *     https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software distributed under the License
 * is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express
 * or implied. See the License for the specific language governing permissions and limitations under
 * the License.
 */

/*
 * The floor under a round trip by RDMA: post one request, look for its end until it is there, with the
 * least that can do it. Both ends are in this process, on a device of this machine.
 *
 *   client --- READ 4 KiB, WRITE 4 KiB, compare-and-swap of a word ---> memory of the server
 *
 * usage: rdma_floor ADDRESS ROUND_TRIPS
 *
 * ADDRESS is one of a device. Each kind is measured so many times, after as many that are not. Prints
 * one line of name=value: the median of each kind.
 */

#include <errno.h>
#include <infiniband/verbs.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <pthread.h>
#include <rdma/rdma_cma.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAGE 4096
#define SLOTS 16
#define MILLIS 2000
#define TRIPS_MAX 1000000

/* What the server says with its answer. */
struct memory {
  uint64_t address;
  uint32_t key;
};

/* One end: its connection, and a page and a word that a device may use. */
struct end {
  struct rdma_cm_id *id;
  struct ibv_cq *completions;
  struct ibv_mr *region;
  char *bytes;
};

static void fail(const char *what) {
  printf("%s: %s\n", what, strerror(errno));
  exit(1);
}

static struct rdma_cm_event *next(struct rdma_event_channel *channel, enum rdma_cm_event_type wanted) {
  struct rdma_cm_event *event;
  if (rdma_get_cm_event(channel, &event)) fail("rdma_get_cm_event");
  if (event->event != wanted) {
    printf("%s, status %d, where %s is waited for\n", rdma_event_str(event->event), event->status,
           rdma_event_str(wanted));
    exit(1);
  }
  return event;
}

static void await(struct rdma_event_channel *channel, enum rdma_cm_event_type wanted) {
  rdma_ack_cm_event(next(channel, wanted));
}

static struct rdma_cm_id *new_id(struct rdma_event_channel *channel) {
  struct rdma_cm_id *id;
  if (rdma_create_id(channel, &id, NULL, RDMA_PS_TCP)) fail("rdma_create_id");
  return id;
}

static void prepare(struct end *end) {
  struct ibv_pd *domain = ibv_alloc_pd(end->id->verbs);
  if (!domain) fail("ibv_alloc_pd");
  end->completions = ibv_create_cq(end->id->verbs, SLOTS, NULL, NULL, 0);
  if (!end->completions) fail("ibv_create_cq");
  end->bytes = aligned_alloc(PAGE, 2 * PAGE);
  if (!end->bytes) fail("aligned_alloc");
  memset(end->bytes, 0, 2 * PAGE);
  end->region = ibv_reg_mr(domain, end->bytes, 2 * PAGE,
                           IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_READ | IBV_ACCESS_REMOTE_WRITE |
                               IBV_ACCESS_REMOTE_ATOMIC);
  if (!end->region) fail("ibv_reg_mr");
  struct ibv_qp_init_attr wanted = {
      .send_cq = end->completions,
      .recv_cq = end->completions,
      .cap = {.max_send_wr = SLOTS, .max_recv_wr = 1, .max_send_sge = 1, .max_recv_sge = 1},
      .qp_type = IBV_QPT_RC,
  };
  if (rdma_create_qp(end->id, domain, &wanted)) fail("rdma_create_qp");
}

static struct rdma_conn_param parameters(const void *data, size_t bytes) {
  return (struct rdma_conn_param){.private_data = data,
                                  .private_data_len = (uint8_t)bytes,
                                  .responder_resources = SLOTS,
                                  .initiator_depth = SLOTS,
                                  .retry_count = 3,
                                  .rnr_retry_count = 7};
}

static void *serve(void *channel_of) {
  struct rdma_event_channel *channel = channel_of;
  struct rdma_cm_event *asked = next(channel, RDMA_CM_EVENT_CONNECT_REQUEST);
  struct end server = {.id = asked->id};
  rdma_ack_cm_event(asked);
  prepare(&server);
  struct memory memory = {(uint64_t)server.bytes, server.region->rkey};
  struct rdma_conn_param answer = parameters(&memory, sizeof memory);
  if (rdma_accept(server.id, &answer)) fail("rdma_accept");
  await(channel, RDMA_CM_EVENT_ESTABLISHED);
  return NULL;
}

static struct memory connect_to(struct end *client, struct sockaddr_in *address) {
  struct rdma_event_channel *channel = rdma_create_event_channel();
  if (!channel) fail("rdma_create_event_channel");
  client->id = new_id(channel);
  if (rdma_resolve_addr(client->id, NULL, (struct sockaddr *)address, MILLIS)) fail("rdma_resolve_addr");
  await(channel, RDMA_CM_EVENT_ADDR_RESOLVED);
  if (rdma_resolve_route(client->id, MILLIS)) fail("rdma_resolve_route");
  await(channel, RDMA_CM_EVENT_ROUTE_RESOLVED);
  prepare(client);
  struct rdma_conn_param request = parameters(NULL, 0);
  if (rdma_connect(client->id, &request)) fail("rdma_connect");
  struct rdma_cm_event *accepted = next(channel, RDMA_CM_EVENT_ESTABLISHED);
  struct memory memory;
  memcpy(&memory, accepted->param.conn.private_data, sizeof memory);
  rdma_ack_cm_event(accepted);
  return memory;
}

static uint64_t nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int compare(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static uint64_t median(struct end *client, struct memory memory, enum ibv_wr_opcode opcode, long trips) {
  uint64_t *took = calloc((size_t)trips, sizeof *took);
  if (!took) fail("calloc");
  for (long i = -trips; i < trips; i++) {
    uint64_t begin = nanos();
    int atomic = opcode == IBV_WR_ATOMIC_CMP_AND_SWP;
    struct ibv_sge local = {(uint64_t)client->bytes, atomic ? 8 : PAGE, client->region->lkey};
    struct ibv_send_wr request = {
        .sg_list = &local, .num_sge = 1, .opcode = opcode, .send_flags = IBV_SEND_SIGNALED}, *bad;
    if (atomic) {
      request.wr.atomic.remote_addr = memory.address + PAGE;
      request.wr.atomic.rkey = memory.key;
      request.wr.atomic.compare_add = (uint64_t)(i + trips);
      request.wr.atomic.swap = (uint64_t)(i + trips + 1);
    } else {
      request.wr.rdma.remote_addr = memory.address;
      request.wr.rdma.rkey = memory.key;
    }
    if (ibv_post_send(client->id->qp, &request, &bad)) fail("ibv_post_send");
    struct ibv_wc end;
    int found;
    do found = ibv_poll_cq(client->completions, 1, &end);
    while (found == 0);
    if (found < 0 || end.status != IBV_WC_SUCCESS) {
      printf("an operation ended as %s\n", ibv_wc_status_str(end.status));
      exit(1);
    }
    if (atomic && *(uint64_t *)client->bytes != (uint64_t)(i + trips)) {
      printf("a word was not what it was swapped to\n");
      exit(1);
    }
    if (i >= 0) took[i] = nanos() - begin;
  }
  qsort(took, (size_t)trips, sizeof *took, compare);
  uint64_t middle = took[trips / 2];
  free(took);
  return middle;
}

int main(int argc, char **argv) {
  long trips = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
  struct sockaddr_in address = {.sin_family = AF_INET};
  if (trips < 1 || trips > TRIPS_MAX || inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) {
    printf("usage: rdma_floor ADDRESS ROUND_TRIPS, an IPv4 address and up to %d\n", TRIPS_MAX);
    return 2;
  }
  struct rdma_event_channel *channel = rdma_create_event_channel();
  if (!channel) fail("rdma_create_event_channel (needs an RDMA device, see rdma link)");
  struct rdma_cm_id *listener = new_id(channel);
  if (rdma_bind_addr(listener, (struct sockaddr *)&address)) fail("rdma_bind_addr");
  if (rdma_listen(listener, 1)) fail("rdma_listen");
  address.sin_port = rdma_get_src_port(listener);
  pthread_t server;
  errno = pthread_create(&server, NULL, serve, channel);
  if (errno) fail("pthread_create");
  struct end client;
  struct memory memory = connect_to(&client, &address);
  pthread_join(server, NULL);
  uint64_t read = median(&client, memory, IBV_WR_RDMA_READ, trips);
  uint64_t write = median(&client, memory, IBV_WR_RDMA_WRITE, trips);
  uint64_t swap = median(&client, memory, IBV_WR_ATOMIC_CMP_AND_SWP, trips);
  printf("readNanos=%llu writeNanos=%llu swapNanos=%llu\n", (unsigned long long)read,
         (unsigned long long)write, (unsigned long long)swap);
  return 0;
}
