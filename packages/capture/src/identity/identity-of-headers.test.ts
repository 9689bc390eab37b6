import { expect, test } from 'vitest'
import { identityOfHeaders } from './identity-of-headers.ts'

const of = (headers: Record<string, string>) => identityOfHeaders(new Map(Object.entries(headers)))

test.each([
  ['nobody', {}, undefined],
  ["Dynamo's", { 'x-dynamo-session-id': 'a', 'x-dynamo-parent-session-id': 'b' }, { session: 'a', parent: 'b' }],
  [
    "Dynamo's before others",
    { 'x-dynamo-session-id': 'a', 'x-claude-code-session-id': 'c', 'x-parent-session-id': 'd' },
    { session: 'a' },
  ],
  ['the last request', { 'x-dynamo-session-final': 'true', 'x-session-id': 'a' }, { session: 'a', isFinal: true }],
  ['Claude Code', { 'x-claude-code-session-id': 'c' }, { session: 'c' }],
  [
    "Claude Code's subagent",
    { 'x-claude-code-session-id': 'c', 'x-claude-code-agent-id': 'g' },
    { session: 'g', parent: 'c' },
  ],
  [
    "Claude Code's subagent of a subagent",
    { 'x-claude-code-session-id': 'c', 'x-claude-code-agent-id': 'g', 'x-claude-code-parent-agent-id': 'p' },
    { session: 'g', parent: 'p' },
  ],
  ['Codex', { 'session-id': 's' }, { session: 's' }],
  ['Codex, older', { session_id: 's' }, { session: 's' }],
  [
    "Codex' subagent",
    { 'session-id': 's', 'thread-id': 't', 'x-codex-parent-thread-id': 'p' },
    { session: 't', parent: 'p' },
  ],
  ['OpenCode', { 'x-session-id': 'o', 'x-parent-session-id': 'p' }, { session: 'o', parent: 'p' }],
  ['its own parent', { 'x-session-id': 'o', 'x-parent-session-id': 'o' }, { session: 'o' }],
  ['what cannot be printed', { 'x-session-id': ' a\u001b[31m\nb\u00e9 ' }, { session: 'a_[31m_b' }],
  ['nothing that can', { 'x-session-id': '\u0007\u0007' }, undefined],
])('%s', (_, headers, identity) => expect(of(headers)).toEqual(identity))

test('a name is no longer than a name', () => {
  expect(of({ 'x-session-id': 'x'.repeat(100_000) })!.session).toHaveLength(200)
})
