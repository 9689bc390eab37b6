/** Who asks, as a client says it in headers. */
export interface ToldIdentity {
  readonly session: string
  readonly parent?: string
  /** It asks no more after this. */
  readonly isFinal?: true
}

/**
 * Who asks: by Dynamo's own headers, else by those of the agent; undefined where none names a session. Values are made fit to be names.
 *
 * Source: Dynamo's "Session IDs" and "Agent harnesses". Codex's `session-id` is of the whole run where a `thread-id` stands beside it.
 */
export function identityOfHeaders(headers: ReadonlyMap<string, string>): ToldIdentity | undefined {
  const name = (header: string) => nameOf(headers.get(header))
  const native = claudeCode(name) ?? codex(name) ?? others(name)
  const own = name('x-dynamo-session-id')
  const told = own === undefined ? native : { session: own, parent: name('x-dynamo-parent-session-id') }
  if (told === undefined) return undefined
  const isFinal = /^(true|1|yes|on)$/i.test(headers.get('x-dynamo-session-final') ?? '')
  return {
    session: told.session,
    ...(told.parent !== undefined && told.parent !== told.session && { parent: told.parent }),
    ...(isFinal && { isFinal }),
  }
}

/** What a client calls this call. */
export function requestIdOfHeaders(headers: ReadonlyMap<string, string>): string | undefined {
  return nameOf(headers.get('x-request-id'))
}

type Name = (header: string) => string | undefined
type Told = { readonly session: string; readonly parent?: string | undefined }

function claudeCode(name: Name): Told | undefined {
  const root = name('x-claude-code-session-id')
  const agent = name('x-claude-code-agent-id')
  if (agent !== undefined) return { session: agent, parent: name('x-claude-code-parent-agent-id') ?? root }
  return root === undefined ? undefined : { session: root }
}

function codex(name: Name): Told | undefined {
  const session = name('thread-id') ?? name('session-id') ?? name('session_id')
  return session === undefined ? undefined : { session, parent: name('x-codex-parent-thread-id') }
}

function others(name: Name): Told | undefined {
  const session = name('x-session-id')
  return session === undefined ? undefined : { session, parent: name('x-parent-session-id') }
}

const longest = 200

/** Headers are hostile: of what they hold, what can be printed, and no more than a name has. */
function nameOf(value: string | undefined): string | undefined {
  const text = value?.replace(/[^\x21-\x7e]+/g, '_').replace(/^_+|_+$/g, '')
  return text === undefined || text === '' ? undefined : text.slice(0, longest)
}
