import { setTimeout as sleep } from 'node:timers/promises'
import type { AgentScript, AgentTurn } from './agent-script.ts'
import { type AskedModel, askModel, type Message } from './ask-model.ts'

export interface PlayOptions extends AskedModel {
  /** Requests say whose they are. */
  readonly withHeaders: boolean
  /** Called after every reply. */
  readonly onReply: () => void
}

/** Between the beginnings of two agents. */
const apartMs = 150

/** Plays agents, each beginning a little after the one before. @throws AgentError when a request fails. */
export async function playAgents(scripts: readonly AgentScript[], options: PlayOptions): Promise<void> {
  const failed = new AbortController()
  const signal = AbortSignal.any([options.signal, failed.signal])
  const playing = scripts.map(async (script, index) => {
    await sleep(apartMs * index, undefined, { signal })
    await playAgent(script, undefined, { ...options, signal })
  })
  try {
    await Promise.all(playing)
  } catch (error) {
    // The others end too, and nobody hears what they end with.
    failed.abort()
    await Promise.allSettled(playing)
    throw error
  }
}

/** @returns its last reply. */
async function playAgent(script: AgentScript, parent: string | undefined, options: PlayOptions): Promise<string> {
  const { name, system, task, turns } = script
  const headers = options.withHeaders
    ? { 'x-dynamo-session-id': name, ...(parent !== undefined && { 'x-dynamo-parent-session-id': parent }) }
    : {}
  const messages: Message[] = [
    { role: 'system', content: system },
    { role: 'user', content: task },
  ]
  for (const { maxTokens, then } of turns) {
    const reply = await askModel({ messages, maxTokens, headers }, options)
    options.onReply()
    if (!then) return reply
    messages.push({ role: 'assistant', content: reply }, { role: 'user', content: await done(then, name, options) })
  }
  return ''
}

/** What is told to the model in the next turn. */
async function done(then: NonNullable<AgentTurn['then']>, name: string, options: PlayOptions): Promise<string> {
  if ('agents' in then) {
    const replies = await Promise.all(then.agents.map((script) => playAgent(script, name, options)))
    return replies.map((reply, index) => `Subagent ${index + 1}: ${reply}`).join('\n')
  }
  await sleep(then.waitMs, undefined, { signal: options.signal })
  return `Result of ${then.tool}: ${then.result}`
}
