/**
 * Headers that may say who asks: the only ones that a recorder is shown.
 *
 * Source: Dynamo's "Session IDs" and "Agent harnesses": its own, Claude Code's, Codex's, OpenCode's and Pi's.
 */
export const identityHeaders: ReadonlySet<string> = new Set([
  'x-dynamo-session-id',
  'x-dynamo-parent-session-id',
  'x-dynamo-session-final',
  'x-request-id',
  'x-claude-code-session-id',
  'x-claude-code-agent-id',
  'x-claude-code-parent-agent-id',
  'session-id',
  'session_id',
  'thread-id',
  'x-codex-parent-thread-id',
  'x-session-id',
  'x-parent-session-id',
])
