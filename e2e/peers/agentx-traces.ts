import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A request as it was recorded; no other of the traces has its lengths, so either of them tells it on the wire. */
export interface RecordedTurn {
  readonly startS: number
  readonly apiS: number
  readonly inputTokens: number
  readonly outputTokens: number
}

export interface AgentxSession {
  readonly name: string
  readonly turns: readonly RecordedTurn[]
}

/** Where the lanes start, as a share of recorded time: between the second and the third turn of `plain` and of `joined`. */
export const agentxStart = 0.31

const blockSize = 64
const plain = session('plain', 3, 21, [0, 2, 4, 6, 8, 10], 0.5)
const root = session('root', 10, 31, [0, 1.5, 6, 8, 10], 0.5)
const joined = session('joined', 16, 41, [2.4, 3, 4.4], 0.2)
const background = session('background', 20, 51, [7, 9, 11], 0.4)

/** The sessions of each trace. */
export const agentxTraces: readonly (readonly AgentxSession[])[] = [[plain], [root, joined, background]]

/** An agent alone, and one with a subagent that its third turn waits for and another that outlives it, as WEKA files. */
export function writeAgentxTraces(folder: string): void {
  mkdirSync(folder)
  const [first, second, ...others] = requestsOf(root, 100)
  const withAgents = [first, second, subagent(joined, 200), others[0], subagent(background, 300), ...others.slice(1)]
  for (const [id, requests] of [['plain', requestsOf(plain, 1)] as const, ['family', withAgents] as const]) {
    const trace = {
      id,
      models: ['any'],
      block_size: blockSize,
      hash_id_scope: 'local',
      tool_tokens: 0,
      system_tokens: 0,
    }
    writeFileSync(join(folder, `${id}.json`), JSON.stringify({ ...trace, requests }))
  }
}

/** Each turn is a block longer than the one before, and asks for a token more. */
function session(
  name: string,
  blocks: number,
  outputTokens: number,
  starts: readonly number[],
  apiS: number,
): AgentxSession {
  const turns = starts.map((startS, at) => ({
    startS,
    apiS,
    inputTokens: blockSize * (blocks + at) + 8,
    outputTokens: outputTokens + at,
  }))
  return { name, turns }
}

function requestsOf({ turns }: AgentxSession, firstBlock: number): object[] {
  return turns.map(({ startS, apiS, inputTokens, outputTokens }) => ({
    t: startS,
    type: 's',
    model: 'any',
    in: inputTokens,
    out: outputTokens,
    hash_ids: Array.from({ length: Math.floor(inputTokens / blockSize) }, (_, block) => firstBlock + block),
    stop: 'end_turn',
    api_time: apiS,
  }))
}

function subagent(agent: AgentxSession, firstBlock: number): object {
  const [first, last] = [agent.turns[0]!, agent.turns.at(-1)!]
  return {
    t: first.startS,
    type: 'subagent',
    agent_id: agent.name,
    subagent_type: 'general',
    duration_ms: Math.round((last.startS + last.apiS - first.startS) * 1000),
    status: 'completed',
    requests: requestsOf(agent, firstBlock),
    models: ['any'],
    tool_tokens: 0,
    system_tokens: 0,
  }
}
