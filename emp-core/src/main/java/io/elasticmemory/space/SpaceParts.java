package io.elasticmemory.space;

import io.elasticmemory.MemPath;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Lifeline;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.SpaceMemory;

/**
 * What an open space consists of.
 *
 * @param undo closes what belongs to the application, in reverse order of its making
 * @param minimumBudgetBytes the smallest budget, told by the pager
 */
record SpaceParts(
    MemPath path,
    SpacePlan plan,
    SpaceMemory memory,
    SharedMemory counters,
    CommandRing commands,
    Lifeline lifeline,
    ControlChannel channel,
    PagerProcess pager,
    ControlThread control,
    Undo undo,
    long minimumBudgetBytes) {}
