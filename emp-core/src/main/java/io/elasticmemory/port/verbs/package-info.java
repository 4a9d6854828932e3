/**
 * RDMA as paging and exporters need it: reliable connections, registered memory, and reads, writes
 * and atomic words that go past the CPU of the other side. Names are those of the verbs.
 *
 * <pre>
 *   Verbs ──openChannel──▶ EventChannel ──resolve, or listen and REQUESTED──▶ Endpoint
 *                                                                              │ allocateDomain
 *   MemoryRegion ◀──register── ProtectionDomain ──createCompletionQueue──▶ CompletionQueue
 *                                       │                                      │
 *                                       └──────── createQueuePair ─────────────┘
 *                                                        ▼
 *                                                    QueuePair
 * </pre>
 *
 * <p>What is made last is closed first: endpoint (which ends its queue pair), completion queue,
 * regions, domain, event channel; then the memory. A region that outlived its memory would have the
 * device write into whatever takes its place.
 */
@NullMarked
package io.elasticmemory.port.verbs;

import org.jspecify.annotations.NullMarked;
