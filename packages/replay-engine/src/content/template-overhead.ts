import type { Role } from './role.ts'

/**
 * Tokens that a chat template puts around the words of a conversation that opens with an optional system message and then takes turns,
 * user first and user last.
 */
export interface TemplateOverhead {
  /** Before a user's message that opens the conversation: a default system prompt is in it. */
  readonly beforeUser: number
  /** Before a system message, which opens it. */
  readonly beforeSystem: number
  /** Between two messages: the end of the one and the head of the other. */
  readonly systemToUser: number
  readonly userToAssistant: number
  readonly assistantToUser: number
  /** Behind the last message: its end, and what opens the reply. */
  readonly behindLast: number
}

/** A template that adds nothing. */
export const NO_OVERHEAD: TemplateOverhead = {
  beforeUser: 0,
  beforeSystem: 0,
  systemToUser: 0,
  userToAssistant: 0,
  assistantToUser: 0,
  behindLast: 0,
}

/** What stands between the words of a message and those of the one before it, or the head of the prompt where there is none. */
export function tokensBefore(overhead: TemplateOverhead, role: Role, previous: Role | undefined): number {
  if (role === 'system') return overhead.beforeSystem
  if (role === 'assistant') return overhead.userToAssistant
  if (previous === undefined) return overhead.beforeUser
  return previous === 'system' ? overhead.systemToUser : overhead.assistantToUser
}

/** The most that one message gives up for the template: the last one, or one in the middle. The head of a prompt is apart. */
export function mostPerMessage(overhead: TemplateOverhead): number {
  const { systemToUser, userToAssistant, assistantToUser, behindLast } = overhead
  return Math.max(userToAssistant, Math.max(systemToUser, assistantToUser) + behindLast)
}
