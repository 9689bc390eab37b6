import { createHash } from 'node:crypto'
import type { PromptPart } from '../prompt/prompt-part.ts'
import { RecentMap } from '../prompt/recent-map.ts'
import type { ToldIdentity } from './identity-of-headers.ts'
import { textsInCalls } from './texts-in-calls.ts'

/** A request that has ended, in the order of the ends. */
export interface SeenRequest {
  readonly id: string
  readonly told: ToldIdentity | undefined
  readonly parts: readonly PromptPart[]
  /** Of `chainKeys`. */
  readonly keys: readonly string[]
  readonly receivedMs: number
  readonly endMs: number
  readonly calls: readonly { readonly id?: string; readonly name: string }[]
  /** Names and arguments of the calls, as they came. */
  readonly tool: string
  readonly answer: string
  readonly isComplete: boolean
}

/** Whose request it is. */
export interface Identity {
  readonly session: string
  readonly parent?: string
  /** The session at the head of its tree. */
  readonly root: string
  /** Who said so: the client, or how its prompts go on from one another. */
  readonly by: 'headers' | 'prompts'
  /** Calls of its session whose results it is the first to hold. */
  readonly answered: readonly AnsweredCall[]
}

/** A call of a tool, from the reply that made it to the request that holds its result. */
export interface AnsweredCall {
  readonly id: string
  readonly name: string
  /** The request that called. */
  readonly by: string
  readonly calledMs: number
  /** The session that it started. */
  readonly child?: string
}

/**
 * Tells sessions: those that clients name, and those that can be seen in prompts.
 *
 * A request whose prompt goes on from an earlier one is of that one's session. One whose first message was an argument of a tool call is of a subagent
 * of the session that called, and so is one that goes on from a session otherwise while that waits for its tools. Where a prompt leaves its
 * session's and nobody waits, the history was rewritten. Any other begins a session.
 */
export class SessionTree {
  readonly #capture: string
  /** How often sessions were begun that no client names. */
  #begun = 0
  readonly #sessions = new RecentMap<string, SessionState>(50_000)
  /** The sessions whose latest prompt ends with a part. */
  readonly #tips = new RecentMap<string, string[]>(100_000)
  /** The session that a beginning of a prompt is of; those of tools and instructions alone are nobody's. */
  readonly #owners = new RecentMap<string, string>(300_000)
  /** By digests of texts that were given to tools whose results are not there yet. */
  readonly #launches = new RecentMap<string, Launch[]>(100_000)

  /** @param capture names this capture among all, so that names of its sessions are its own. */
  constructor(capture: string) {
    this.#capture = capture
  }

  add(request: SeenRequest): Identity {
    const found = request.told ?? this.#inferred(request)
    const { session: name, parent: toldParent } = found
    const known = this.#sessions.get(name)
    const launch = known ? undefined : this.#unusedLaunch(request, name)
    const parent = known ? known.parent : (toldParent ?? (request.told ? undefined : launch?.session))
    const state = known ?? this.#begin(name, parent)
    if (!known && launch && launch.session === parent) launch.call.child = name
    const answered = this.#answered(state, request)
    this.#remember(state, request)
    return {
      ...{ session: name, root: state.root, answered, by: request.told ? 'headers' : 'prompts' },
      ...(parent !== undefined && { parent }),
    }
  }

  /** One that no client names. */
  #inferred(request: SeenRequest): { readonly session: string; readonly parent?: string } {
    const { keys, parts } = request
    const isFirst = parts.every(({ role }) => role !== 'assistant')
    if (isFirst && this.#unusedLaunch(request)) return { session: this.#newName() }
    const same = this.#tipsAt(keys.at(-1)!)
    if (same.length > 0) return { session: same.find(({ hasFailed }) => hasFailed)?.name ?? this.#newName() }
    let waiting: SessionState | undefined
    for (let at = keys.length - 2; at >= 0; at -= 1) {
      const tips = this.#tipsAt(keys[at]!)
      const next = parts[at + 1]
      const going = tips.filter((state) => !waitsFor(state, request))
      const own =
        going.find((state) => answersOf(state, request)) ?? going.find((state) => saidBy(state, next)) ?? going[0]
      if (own) return { session: own.name }
      waiting ??= tips[0]
    }
    const left = waiting ?? this.#owner(keys)
    if (!left) return { session: this.#newName() }
    return waitsFor(left, request) ? { session: this.#newName(), parent: left.name } : { session: left.name }
  }

  /** Sessions whose latest prompt ends there. */
  #tipsAt(key: string): SessionState[] {
    return (this.#tips.get(key) ?? []).flatMap((name) => this.#sessions.get(name) ?? [])
  }

  /** The session that had the longest beginning of a prompt first. */
  #owner(keys: readonly string[]): SessionState | undefined {
    const key = keys.findLast((each) => this.#owners.get(each) !== undefined)
    return key === undefined ? undefined : this.#sessions.get(this.#owners.get(key)!)
  }

  #newName(): string {
    this.#begun += 1
    return `inferred-${this.#capture}-${this.#begun}`
  }

  /** The call that gave a session its first message, where it started none yet. */
  #unusedLaunch({ parts }: SeenRequest, name?: string): Launch | undefined {
    const first = this.#launches.size === 0 ? undefined : parts.find(({ role }) => role === 'user')?.text.trim()
    const launches = first === undefined ? undefined : this.#launches.get(digestOf(first))
    return launches?.find(({ call, session }) => call.child === undefined && session !== name)
  }

  #begin(name: string, parent: string | undefined): SessionState {
    const root = (parent === undefined ? undefined : this.#sessions.get(parent)?.root) ?? parent ?? name
    const state: SessionState = { name, root, open: new Map(), ...(parent !== undefined && { parent }) }
    this.#sessions.set(name, state)
    return state
  }

  #answered(state: SessionState, { parts }: SeenRequest): AnsweredCall[] {
    if (state.open.size === 0) return []
    return parts
      .flatMap(({ answers }) => answers)
      .flatMap((id) => {
        const call = state.open.get(id)
        state.open.delete(id)
        if (!call) return []
        for (const digest of call.given) this.#launches.delete(digest)
        const { given: _, ...answered } = call
        return [answered]
      })
  }

  #remember(state: SessionState, { id: by, keys, parts, calls, tool, endMs, isComplete, answer }: SeenRequest): void {
    this.#move(state, keys.at(-1)!)
    state.hasFailed = !isComplete
    state.answer = beginningOf(answer)
    for (const [at, key] of keys.entries())
      if (parts[at]!.role !== 'head' && !this.#owners.get(key)) this.#owners.set(key, state.name)
    if (calls.length === 0) return
    const texts = textsInCalls(
      tool,
      calls.map(({ name }) => name),
    )
    // Results of what was called before and never answered will not come any more.
    state.open.clear()
    for (const [index, { id, name }] of calls.entries()) {
      if (id === undefined) continue
      const given = texts.filter(({ call }) => call === index).map(({ text }) => digestOf(text))
      const call: OpenCall = { id, name, by, calledMs: endMs, given }
      state.open.set(id, call)
      for (const digest of given)
        this.#launches.set(digest, [...(this.#launches.get(digest) ?? []), { call, session: state.name }])
    }
  }

  /** Its latest prompt ends there now. */
  #move(state: SessionState, key: string): void {
    const before = state.tip === undefined ? undefined : this.#tips.get(state.tip)
    if (before)
      this.#tips.set(
        state.tip!,
        before.filter((name) => name !== state.name),
      )
    state.tip = key
    this.#tips.set(key, [...(this.#tips.get(key) ?? []), state.name])
  }
}

interface SessionState {
  readonly name: string
  readonly root: string
  readonly parent?: string
  tip?: string
  /** Its latest request did not end as it should. */
  hasFailed?: boolean
  /** How its latest reply began. */
  answer?: string
  /** Calls whose results no request holds yet. */
  readonly open: Map<string, OpenCall>
}

interface OpenCall extends AnsweredCall {
  child?: string
  /** Digests of the texts that it was given. */
  readonly given: readonly string[]
}

interface Launch {
  readonly session: string
  readonly call: OpenCall
}

/** A copy: a slice would hold the whole reply for as long as its session is known. */
function beginningOf(answer: string): string {
  return Buffer.from(answer.trim().slice(0, 300), 'utf16le').toString('utf16le')
}

/** Of texts nothing else is kept. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

/** The session has called tools, and this request holds the result of none of them. */
function waitsFor(state: SessionState, request: SeenRequest): boolean {
  return state.open.size > 0 && !answersOf(state, request)
}

function answersOf({ open }: SessionState, { parts }: SeenRequest): boolean {
  return parts.some(({ answers }) => answers.some((id) => open.has(id)))
}

/** The part holds what the session was answered. */
function saidBy({ answer }: SessionState, part: PromptPart | undefined): boolean {
  return answer !== undefined && answer !== '' && part?.role === 'assistant' && part.text.includes(answer)
}
