import { printable } from '@reprise/safe-text'
import { ModelList } from '@reprise/wire'
import type { EndpointClient } from './endpoint-client.ts'

const MOST_NAMED = 20

export interface FoundModel {
  readonly model: string
  readonly maxModelTokens?: number
  /** Who the server says has it, which is often the engine's name. */
  readonly ownedBy?: string
}

/**
 * The wanted model as the server has it, or its first where none is wanted.
 *
 * @throws EndpointError when the server has no list of models, an empty one, or one without the wanted.
 */
export async function findModel(client: EndpointClient, wanted: string | undefined): Promise<FoundModel> {
  const tried = 'GET /v1/models'
  const reply = await client.ask('GET', '/v1/models')
  const list = ModelList.safeParse(reply.json)
  if (reply.status !== 200) throw client.refusal(tried, reply)
  if (!list.success) {
    const cure = 'Give the address of an OpenAI-compatible server, such as http://127.0.0.1:8000'
    throw client.error(tried, { found: 'the answer is not a list of models', cure })
  }
  const models = list.data.data
  const found = wanted === undefined ? models[0] : models.find(({ id }) => id === wanted)
  if (!found)
    throw client.error(
      tried,
      absence(
        wanted,
        models.map(({ id }) => id),
      ),
    )
  const { id, max_model_len: maxModelTokens, owned_by: ownedBy } = found
  return {
    model: id,
    ...(typeof maxModelTokens === 'number' && { maxModelTokens }),
    ...(typeof ownedBy === 'string' && { ownedBy }),
  }
}

function absence(wanted: string | undefined, ids: readonly string[]) {
  if (wanted === undefined) return { found: 'the server has no model', cure: 'Load one, or name it' }
  const named = ids.slice(0, MOST_NAMED).map((id) => printable(id, 100))
  const more = ids.length > named.length ? ` and ${ids.length - named.length} more` : ''
  const cure = `Name one that it has: ${named.join(', ')}${more}`
  return { found: `the server does not know the model ${printable(wanted, 100)}`, cure }
}
