import { afterEach, describe, expect, test } from 'vitest'
import { sketchedSession } from '../content/sketched-session.fixture.ts'
import { presets } from '../plan/presets.ts'
import { closeAll, targetFor } from './http-target.fixture.ts'
import type { HttpTargetOptions } from './http-target.ts'
import { corpusOfSessions, ListeningObserver, plannedRequest } from './planned-request.fixture.ts'

afterEach(closeAll)

const { session, parent } = presets['fixed-schedule'].load.sessionHeaders
const sessionHeaders = { session: [...session], parent: [...parent] }
const root = sketchedSession([{ keep: 0, add: 1, tail: 36, reply: 4 }])
const corpus = corpusOfSessions([root, { ...root, id: 'child', parent: 0 }])

interface Sender {
  readonly session?: number
  readonly lane?: number
  readonly play?: number
}

async function headersOf({ session = 0, ...place }: Sender, options: Partial<HttpTargetOptions> = { sessionHeaders }) {
  const { target, server } = await targetFor({}, { corpus, ...options })
  const request = { ...plannedRequest(corpus, { turn: 0, session }), ...place }
  await target.send(request, new ListeningObserver(), new AbortController().signal)
  return server.requests.at(-1)!.headers
}

describe('a request says whose it is', () => {
  test('by the names of Dynamo and of routers, all with the id of its session; a root has no parent', async () => {
    const headers = await headersOf({})
    const id = headers['x-dynamo-session-id']
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect([headers['x-session-id'], headers['x-correlation-id']]).toEqual([id, id])
    expect(headers['x-dynamo-parent-session-id']).toBeUndefined()
  })

  test('a subagent has an id of its own, and names that of its parent', async () => {
    const [parent, child] = [await headersOf({}), await headersOf({ session: 1 })]
    expect(child['x-dynamo-parent-session-id']).toBe(parent['x-dynamo-session-id'])
    expect(child['x-dynamo-session-id']).not.toBe(parent['x-dynamo-session-id'])
  })

  test('the same in each run, another in each play', async () => {
    const idOf = async (place: Sender) => (await headersOf(place))['x-session-id']
    const ids = await Promise.all([idOf({}), idOf({}), idOf({ play: 1 }), idOf({ lane: 1 })])
    expect(ids[1]).toBe(ids[0])
    expect(new Set(ids).size).toBe(3)
  })

  test('by other names, or not at all', async () => {
    const mine = await headersOf({}, { sessionHeaders: { session: ['X-Mine'], parent: [] } })
    expect(mine['x-mine']).toMatch(/^[0-9a-f]{16}$/)
    const none = Object.keys(await headersOf({}, {}))
    for (const headers of [Object.keys(mine), none]) expect(headers).not.toContain('x-session-id')
  })
})
