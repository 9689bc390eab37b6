import { chance } from './chance.ts'

/** Sessions that are recorded beside one another, the blocks of a first prompt, how many a turn adds, and how many a last prompt has. */
const shape = { sessions: 16, first: 400, added: 54, most: 2600, blockSize: 64 }

/**
 * The lines of a shard of Dynamo's request trace, about so many bytes: agents whose prompts grow by new blocks, as recorded ones do, so that one hash in
 * thirty is new.
 */
export function* dynamoShard(bytes: number): Generator<string> {
  const draw = chance(1)
  const hash = () => (BigInt(Math.floor(draw() * 2 ** 32)) << 32n) | BigInt(Math.floor(draw() * 2 ** 32))
  const agents = Array.from({ length: shape.sessions }, () => ({ name: 0, turn: 0, text: '', blocks: 0 }))
  let [written, atMs, names] = [0, 1_700_000_000_000, 0]
  for (let request = 0; written < bytes; request += 1) {
    const agent = agents[request % agents.length]!
    const isNew = agent.blocks === 0 || agent.blocks > shape.most
    if (isNew) Object.assign(agent, { name: names++, turn: 0, text: '', blocks: 0 })
    const added = Array.from({ length: isNew ? shape.first : shape.added }, hash)
    agent.text += (agent.text === '' ? '' : ',') + added.join(',')
    agent.blocks += added.length
    agent.turn += 1
    atMs += 700
    const line = `{"timestamp":${request},"event":{"schema":"dynamo.request.trace.v1","event_type":"request_end","event_time_unix_ms":${atMs + 4000},"agent_context":{"session_id":"session-${agent.name}"},"request":{"request_id":"request-${request}","model":"m","output_tokens":300,"request_received_ms":${atMs},"total_time_ms":4000,"replay":{"trace_block_size":${shape.blockSize},"input_length":${shape.blockSize * agent.blocks},"input_sequence_hashes":[${agent.text}]}}}}`
    written += line.length + 1
    yield line
  }
}
