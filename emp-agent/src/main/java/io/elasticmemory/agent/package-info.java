/**
 * The agent: what runs inside an application that knows nothing of EMP, out of sight of its class
 * path. {@link io.elasticmemory.agent.AgentStart} is where it begins, {@link
 * io.elasticmemory.agent.Redirections} what it rewrites in the JDK, {@link
 * io.elasticmemory.agent.Redirector} what that does then.
 */
@NullMarked
package io.elasticmemory.agent;

import org.jspecify.annotations.NullMarked;
