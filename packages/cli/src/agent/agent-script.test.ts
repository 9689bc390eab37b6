import { expect, test } from 'vitest'
import { type AgentScript, agentScripts, sizeOf } from './agent-script.ts'

test('an agent is 12 requests in 4 sessions, with two levels of subagents', () => {
  const [script] = agentScripts({ seed: 1, agents: 1 })
  expect(sizeOf([script!])).toEqual({ requests: 12, sessions: 4 })
  expect(namesOf(script!)).toEqual(['agent-1-1', ['agent-1-1.1', ['agent-1-1.1.1']], ['agent-1-1.2']])
})

test('equal seeds are equal scripts, others are not', () => {
  expect(agentScripts({ seed: 1, agents: 3 })).toEqual(agentScripts({ seed: 1, agents: 3 }))
  expect(agentScripts({ seed: 2, agents: 1 })[0]!.task).not.toBe(agentScripts({ seed: 1, agents: 1 })[0]!.task)
})

test('agents of a kind have the same instructions, and subagents others', () => {
  const [first, second] = agentScripts({ seed: 1, agents: 2 })
  expect(second!.system).toBe(first!.system)
  expect(first!.turns[1]!.then).toMatchObject({ agents: [{ system: expect.not.stringContaining(first!.system) }, {}] })
})

type Names = (string | Names)[]

function namesOf({ name, turns }: AgentScript): Names {
  const below = turns.flatMap(({ then }) => (then && 'agents' in then ? then.agents : []))
  return [name, ...below.map(namesOf)]
}
