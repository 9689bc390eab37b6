import { expect, test } from 'vitest'
import { chainKeys } from '../prompt/chain-keys.ts'
import { parsePrompt } from '../prompt/parse-prompt.ts'
import { SessionTree } from './session-tree.ts'

type Message = { role: string; content?: string; tool_call_id?: string; tool_calls?: unknown[] }
const system = { role: 'system', content: 'You are an agent.' }
const user = (content: string) => ({ role: 'user', content })
const said = (content: string) => ({ role: 'assistant', content })
const called = (...ids: string[]) => ({ role: 'assistant', tool_calls: ids.map((id) => ({ id })) })
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: `result of ${id}` })

interface Asked {
  messages: Message[]
  told?: { session: string; parent?: string }
  calls?: { id: string; name: string }[]
  tool?: string
  answer?: string
  isComplete?: boolean
}

/** The sessions of requests, in the order of their ends, by their numbers. */
function sessionsOf(...requests: Asked[]) {
  const tree = new SessionTree('c')
  return requests.map(({ messages, told, calls = [], tool = '', answer = '', isComplete = true }, index) => {
    const { parts } = parsePrompt('chat', { messages: [system, ...messages] })!
    const ms = { receivedMs: 100 * index, endMs: 100 * index + 50 }
    return tree.add({ id: `r${index}`, told, parts, keys: chainKeys(parts), ...ms, calls, tool, answer, isComplete })
  })
}

const names = (...requests: Asked[]) => sessionsOf(...requests).map(({ session }) => session.replace('inferred-c-', ''))

test('a prompt that goes on from an earlier one is of its session; one that shares the instructions alone begins one', () => {
  const first = [user('one')]
  const second = [...first, said('yes'), user('more')]
  expect(
    names(
      { messages: first },
      { messages: [user('two')] },
      { messages: second },
      { messages: [...second, said('x'), user('y')] },
    ),
  ).toEqual(['1', '2', '1', '1'])
})

test('what headers say stands, and says so', () => {
  const found = sessionsOf(
    { messages: [user('one')], told: { session: 'a' } },
    { messages: [user('one')], told: { session: 'b', parent: 'a' } },
  )
  expect(found).toMatchObject([
    { session: 'a', root: 'a', by: 'headers' },
    { session: 'b', parent: 'a', root: 'a', by: 'headers' },
  ])
})

test('a first message that was given to a tool is of a subagent; its call and its result are told', () => {
  const task = 'Look for the cause of the failure.'
  const calls = [{ id: 'c1', name: 'task' }]
  const found = sessionsOf(
    { messages: [user('fix it')], calls, tool: `task{"prompt":${JSON.stringify(task)}}` },
    { messages: [user(task)] },
    { messages: [user('fix it'), called('c1'), result('c1')] },
  )
  expect(found).toMatchObject([
    { session: 'inferred-c-1', answered: [] },
    { session: 'inferred-c-2', parent: 'inferred-c-1', root: 'inferred-c-1', by: 'prompts' },
    { session: 'inferred-c-1', answered: [{ id: 'c1', name: 'task', by: 'r0', calledMs: 50, child: 'inferred-c-2' }] },
  ])
})

test('two subagents with one task are two', () => {
  const task = 'Count the files of the folder.'
  const tool = ['task', 'task'].map((name) => `${name}{"prompt":"${task}"}`).join('')
  const calls = ['c1', 'c2'].map((id) => ({ id, name: 'task' }))
  const found = sessionsOf(
    { messages: [user('go')], calls, tool },
    { messages: [user(task)] },
    { messages: [user(task)] },
    { messages: [user('go'), called('c1', 'c2'), result('c1'), result('c2')] },
  )
  expect(found.map(({ session }) => session.slice(-1))).toEqual(['1', '2', '3', '1'])
  expect(found[3]!.answered.map(({ child }) => child)).toEqual(['inferred-c-2', 'inferred-c-3'])
})

test('who goes on from a session that waits for its tools, without their results, is its subagent', () => {
  const calls = [{ id: 'c1', name: 'fork' }]
  const found = sessionsOf(
    { messages: [user('go')], calls },
    { messages: [user('go'), called('c1'), user('you are the fork')] },
    { messages: [user('go'), called('c1'), result('c1')] },
    { messages: [user('go'), called('c1'), user('you are the fork'), said('a'), user('b')] },
  )
  expect(found.map(({ session, parent }) => [session.slice(-1), parent?.slice(-1)])).toEqual([
    ['1', undefined],
    ['2', '1'],
    ['1', undefined],
    ['2', '1'],
  ])
})

test('a history that was rewritten while nobody waits stays with its session', () => {
  const first = [user('one'), said('a'), user('two')]
  expect(
    names(
      { messages: [user('one')] },
      { messages: first },
      { messages: [user('one'), said('a, shorter'), user('three')] },
    ),
  ).toEqual(['1', '1', '1'])
})

test('a request that failed and is asked again is of its session; one that was answered is another session beginning alike', () => {
  const messages = [user('one')]
  expect(names({ messages, isComplete: false }, { messages })).toEqual(['1', '1'])
  expect(names({ messages }, { messages })).toEqual(['1', '2'])
})

test('of sessions that began alike, a request is of the one whose reply or calls it holds', () => {
  const messages = [user('one')]
  const calls = (id: string) => [{ id, name: 'ls' }]
  expect(
    names(
      { messages, answer: 'red' },
      { messages, answer: 'blue' },
      { messages: [...messages, said('blue'), user('x')] },
    ),
  ).toEqual(['1', '2', '2'])
  expect(
    names(
      { messages, calls: calls('a') },
      { messages, calls: calls('b') },
      { messages: [...messages, called('b'), result('b')] },
    ),
  ).toEqual(['1', '2', '2'])
})
