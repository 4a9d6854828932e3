package io.elasticmemory.port.verbs;

/**
 * How much a {@link MessageQueuePair} holds.
 *
 * @param slots operations under way at most
 * @param receives messages there can be room for at a time
 * @param inlineBytes operations up to that size should travel within their request
 */
public record QueuePairCapacity(int slots, int receives, int inlineBytes) {}
